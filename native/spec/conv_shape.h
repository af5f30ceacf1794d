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

  // A matrix product y [batch, outputs] = x [batch, channels]·wᵀ.
  bool isDense() const { return groups == 1 && taps() == 1 && plane() == 1 && outPlane() == 1; }
  // Every group has a single input channel.
  bool isDepthwise() const { return groups > 1 && groups == channels; }

  // Matrix products y [outputs, plane] = w·x [channels, plane], one for each image.
  bool isPointwise() const {
    return groups == 1 && taps() == 1 && strideH == 1 && strideW == 1 && padTop == 0 && padLeft == 0 &&
           outHeight == height && outWidth == width;
  }
  // The same convolution of the same dense tensors with fewer dimensions, where there is one: a pointwise
  // convolution need not tell the rows of a plane apart, one with a kernel of the plane's size not even
  // channels and positions.
  ConvShape flattened() const;
};

// Throws std::invalid_argument where the window, of which every thread holds a copy, is larger than any image
// is; in a depthwise convolution that is the padded plane.
void checkWindow(const ConvShape& shape);

}  // namespace approxtorch
