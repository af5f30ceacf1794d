#pragma once

#include <stdexcept>

#include "../../native/spec/conv_shape.h"
#include "plane_walk.h"

namespace approxtorch::cuda {

// A depthwise convolution as kernels take it. multiple: output channels of an input channel.
struct DepthwiseShape {
  int batch, channels, outputs, multiple;
  int height, width, outHeight, outWidth;
  int kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft;

  // Throws std::invalid_argument where elements cannot be counted in 31 bits.
  explicit DepthwiseShape(const ConvShape& s)
      : batch(static_cast<int>(s.batch)),
        channels(static_cast<int>(s.channels)),
        outputs(static_cast<int>(s.outputs)),
        multiple(static_cast<int>(s.groupOutputs())),
        height(static_cast<int>(s.height)),
        width(static_cast<int>(s.width)),
        outHeight(static_cast<int>(s.outHeight)),
        outWidth(static_cast<int>(s.outWidth)),
        kernelH(static_cast<int>(s.kernelH)),
        kernelW(static_cast<int>(s.kernelW)),
        strideH(static_cast<int>(s.strideH)),
        strideW(static_cast<int>(s.strideW)),
        dilationH(static_cast<int>(s.dilationH)),
        dilationW(static_cast<int>(s.dilationW)),
        padTop(static_cast<int>(s.padTop)),
        padLeft(static_cast<int>(s.padLeft)) {
    const int64_t most = INT32_MAX / s.batch;
    if (s.channels * s.plane() > most || s.outputs * s.outPlane() > most) {
      throw std::invalid_argument("its images are too large");
    }
  }
  __host__ __device__ int plane() const { return height * width; }
  __host__ __device__ int outPlane() const { return outHeight * outWidth; }
  __host__ __device__ int taps() const { return kernelH * kernelW; }
};

}  // namespace approxtorch::cuda
