#include "conv_shape.h"

#include <stdexcept>

namespace approxtorch {

ConvShape ConvShape::flattened() const {
  ConvShape flat = *this;
  const bool whole =
      groups == 1 && kernelH == height && kernelW == width && outPlane() == 1 && padTop == 0 && padLeft == 0;
  if (whole) {
    flat.channels *= plane();
    flat.height = flat.width = flat.kernelH = flat.kernelW = 1;
    return flat;
  }
  const bool pointwise =
      taps() == 1 && strideH == 1 && strideW == 1 && outHeight == height && outWidth == width;
  if (pointwise) {
    flat.width = flat.outWidth = plane();
    flat.height = flat.outHeight = 1;
  }
  return flat;
}

void checkWindow(const ConvShape& s) {
  constexpr int64_t kMostFloats = 1 << 24;
  int64_t rows = (s.kernelH - 1) * s.dilationH + 1;
  int64_t columns = (s.kernelW - 1) * s.dilationW + 1;
  if (s.isDepthwise()) {
    rows += s.outHeight * s.strideH;
    columns += s.outWidth * s.strideW;
  }
  if (rows > kMostFloats || columns > kMostFloats / rows) {
    throw std::invalid_argument("its window or padded image is too large");
  }
}

}  // namespace approxtorch
