#pragma once

#include <cstdint>

namespace approxtorch {

// A 2-D convolution over [batch, channels, height, width].
struct ConvShape {
  int64_t batch, channels, height, width;
  int64_t outputs, groups, kernelH, kernelW;
  int64_t strideH, strideW, dilationH, dilationW;
  int64_t padTop, padLeft;
  int64_t outHeight, outWidth;

  int64_t groupChannels() const { return channels / groups; }
  int64_t groupOutputs() const { return outputs / groups; }
  int64_t taps() const { return kernelH * kernelW; }
  // Length of the reduction.
  int64_t depth() const { return groupChannels() * taps(); }
  int64_t plane() const { return height * width; }
  int64_t outPlane() const { return outHeight * outWidth; }
  // A pointwise convolution need not tell the rows of a plane apart.
  ConvShape withoutRows() const {
    ConvShape flat = *this;
    const bool pointwise =
        taps() == 1 && strideH == 1 && strideW == 1 && outHeight == height && outWidth == width;
    if (pointwise) {
      flat.width = flat.outWidth = plane();
      flat.height = flat.outHeight = 1;
    }
    return flat;
  }
  // Columns of the whole batch: position p of image n is the column n·outPlane + p.
  int64_t columns() const { return batch * outPlane(); }
};

}  // namespace approxtorch
