// Gradients of a convolution y = conv(x, w), float32. Which way they are computed depends on the shape alone,
// as does the order of all sums.
#pragma once

#include <cstdint>
#include <memory>

#include "../plan/op.h"
#include "../spec/conv_shape.h"
#include "plane_frame.h"

namespace approxtorch {

// The input x, whatever it is kept as.
class ConvInput {
 public:
  virtual ~ConvInput() = default;
  // Copies `count` planes of an image, from `channel` on, into frames whose first row is the planes' row
  // `top`; see copyFrames.
  virtual void copy(const PlaneFrame& frame, int64_t image, int64_t channel, int64_t count, int64_t top,
                    float* to) const = 0;
  // The memory of an image, which is followed by that of the next one.
  struct Memory {
    const void* data;
    int64_t bytes;
  };
  virtual Memory memory(int64_t image) const = 0;
  // The values, dense, where they are kept like this.
  virtual const float* values() const { return nullptr; }
};

class FloatInput : public ConvInput {
 public:
  // imageSize: values of an image
  FloatInput(const float* x, int64_t imageSize) : x_(x), imageSize_(imageSize) {}
  void copy(const PlaneFrame& frame, int64_t image, int64_t channel, int64_t count, int64_t top,
            float* to) const override {
    const float* planes = x_ + image * imageSize_ + channel * frame.height * frame.width;
    copyFrames(frame, top, count, planes, to);
  }
  Memory memory(int64_t image) const override { return {x_ + image * imageSize_, imageSize_ * 4}; }
  const float* values() const override { return x_; }

 private:
  const float* x_;
  int64_t imageSize_;
};

// Gradient by x: dx [batch, channels, height, width] from g [batch, outputs, outHeight, outWidth] and
// w [outputs, groupChannels, kernelH, kernelW]. Of the mask the bit i mod 8 of byte i / 8 is 0 where the
// element i of dx becomes 0; it may be null.
class InputGradient {
 public:
  virtual ~InputGradient() = default;
  virtual void run(RunContext& context, const float* g, const float* w, const uint8_t* mask, float* dx) = 0;
};

// Gradient by w.
class WeightGradient {
 public:
  virtual ~WeightGradient() = default;
  virtual void run(RunContext& context, const float* g, const ConvInput& x, float* dw) = 0;
};

// Both throw std::invalid_argument as checkWindow.
std::unique_ptr<InputGradient> inputGradient(const ConvShape& shape);
// denseInput: the input's planes and their rows lie one behind the other, so that they need not be told
// apart.
std::unique_ptr<WeightGradient> weightGradient(const ConvShape& shape, bool denseInput);

}  // namespace approxtorch
