#include "convolution.h"

#include <stdexcept>

#include "dense_gemm.h"
#include "depthwise.h"
#include "patch_gemm.h"
#include "pointwise.h"
#include "weight_gemm.h"

namespace approxtorch::cuda {
void checkLinearShape(const ConvShape& s) {
  checkWindow(s);
  constexpr int64_t kMost = int64_t{1} << 30;
  const bool fits = s.channels <= kMost / s.plane() && s.outputs <= kMost / s.outPlane() &&
                    s.groupOutputs() <= kMost / s.depth() && s.batch <= kMost / s.plane() &&
                    s.batch <= kMost / s.outPlane();
  if (!fits) throw std::invalid_argument("its images are too large");
}

namespace {

ConvShape checked(const ConvShape& shape) {
  checkLinearShape(shape);
  return shape.flattened();
}

}  // namespace

std::unique_ptr<LinearOp> convolution(const ConvShape& shape) {
  const ConvShape flat = checked(shape);
  if (flat.isDense()) return denseConvolution(flat);
  if (flat.isDepthwise()) return depthwiseConvolution(flat);
  if (auto pointwise = pointwiseConvolution(flat)) return pointwise;
  return patchConvolution(flat);
}

std::unique_ptr<LinearOp> inputGradient(const ConvShape& shape) {
  const ConvShape flat = checked(shape);
  if (flat.isDense()) return denseInputGradient(flat);
  if (flat.isDepthwise()) return depthwiseInputGradient(flat);
  if (auto pointwise = pointwiseInputGradient(flat)) return pointwise;
  return patchInputGradient(flat);
}

std::unique_ptr<LinearOp> weightGradient(const ConvShape& shape) {
  const ConvShape flat = checked(shape);
  if (flat.isDense()) return denseWeightGradient(flat);
  if (flat.isDepthwise()) return depthwiseWeightGradient(flat);
  if (auto pointwise = pointwiseWeightGradient(flat)) return pointwise;
  return tiledWeightGradient(flat);
}

}  // namespace approxtorch::cuda
