// How a window moves over one plane of an image: a depthwise convolution or a pooling.
#pragma once

#include <cstdint>

#include "conv_shape.h"

namespace approxtorch {

struct PlaneWindow {
  int64_t height, width, outHeight, outWidth;
  int64_t kernelH, kernelW, strideH, strideW, dilationH, dilationW;
  int64_t padTop, padLeft;

  int64_t outPlane() const { return outHeight * outWidth; }
  int64_t taps() const { return kernelH * kernelW; }
};

// The window of a convolution.
inline PlaneWindow windowOf(const ConvShape& s) {
  return {s.height,  s.width,   s.outHeight, s.outWidth,  s.kernelH, s.kernelW,
          s.strideH, s.strideW, s.dilationH, s.dilationW, s.padTop,  s.padLeft};
}

}  // namespace approxtorch
