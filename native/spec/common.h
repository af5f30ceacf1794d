// What the readers of several ops share.
#pragma once

#include <cstdint>
#include <limits>

#include "../plan/op_spec.h"
#include "clamp.h"

namespace approxtorch {

constexpr Clamp kNoClamp{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};

// Largest kernel, stride, dilation or padding.
constexpr int64_t kMaxWindow = 1 << 20;

// The input as a single number, of shape [1].
const float* scalarInput(const OpSpec& spec, size_t index);

// The output as the very tensor that is the given input. Throws where it is another one.
Tensor& outputInPlace(const OpSpec& spec, size_t output, size_t input);

// The fused activation: `act`, `actMin`, `actMax`.
Clamp readActivation(OpSpec& spec);

// The 2-D window of a convolution or pooling with kernel, strides, pads and dilations, and the plane that it
// moves over.
struct WindowSpec {
  int64_t kernelH, kernelW, strideH, strideW, dilationH, dilationW;
  int64_t padTop, padLeft, padBottom, padRight;
};

// Reads `strides`, `pads` and `dilations`.
WindowSpec readWindow(OpSpec& spec, int64_t kernelH, int64_t kernelW);

// Numbers of window positions along an axis of `size`: with and without one that passes the padded end.
struct WindowCount {
  int64_t floor, ceil;
};
// Throws where not even one window fits.
WindowCount windowCount(const OpSpec& spec, int64_t size, int64_t padding, int64_t kernel, int64_t stride,
                        int64_t dilation);

}  // namespace approxtorch
