// What several float32 ops share.
#pragma once

#include <algorithm>
#include <limits>

#include "../cpu/float_kernels.h"
#include "../plan/op.h"

namespace approxtorch {

// Elements that one thread takes at a time: a few µs of work.
constexpr int64_t kGrain = 16384;

// Rows of `size` elements that make up a grain.
inline int64_t rowsPerGrain(int64_t size) { return std::max<int64_t>(1, kGrain / size); }

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

// The window over planes of height × width. Throws where the padded plane is larger than any image is.
WindowLayout windowLayout(const OpSpec& spec, const WindowSpec& window, int64_t height, int64_t width,
                          int64_t outHeight, int64_t outWidth);

// Numbers of window positions along an axis of `size`: with and without one that passes the padded end.
struct WindowCount {
  int64_t floor, ceil;
};
// Throws where not even one window fits.
WindowCount windowCount(const OpSpec& spec, int64_t size, int64_t padding, int64_t kernel, int64_t stride,
                        int64_t dilation);

}  // namespace approxtorch
