#include "../launch.h"
#include "depthwise.h"
#include "depthwise_shape.h"

namespace approxtorch::cuda {
namespace {

struct Divisors {
  PlaneWalk walk;
  FastDivisor images;  // planes of an image
  FastDivisor multiple, strideH, strideW;
};

// side: of the kernel; 0: any
template <int side>
__global__ void depthwiseElements(int64_t count, LinearOperands o, DepthwiseShape s, Divisors d) {
  const int64_t index = globalThread();
  if (index >= count) return;
  int plane, y, x;
  d.walk.find(static_cast<int>(index), plane, y, x);
  const int image = d.images.quotient(plane);
  const int output = plane - image * s.outputs;
  const float* from = o.a + int64_t{image * s.channels + d.multiple.quotient(output)} * s.plane();
  const float* weights = o.b + int64_t{output} * s.taps();
  const int kernelH = side > 0 ? side : s.kernelH, kernelW = side > 0 ? side : s.kernelW;
  float sum = o.bias == nullptr ? 0.0f : __ldg(o.bias + output);
#pragma unroll
  for (int ky = 0; ky < kernelH; ++ky) {
    const int row = y * s.strideH - s.padTop + ky * s.dilationH;
    const bool rowInside = static_cast<unsigned>(row) < static_cast<unsigned>(s.height);
#pragma unroll
    for (int kx = 0; kx < kernelW; ++kx) {
      const int column = x * s.strideW - s.padLeft + kx * s.dilationW;
      if (!rowInside || static_cast<unsigned>(column) >= static_cast<unsigned>(s.width)) continue;
      sum = fmaf(__ldg(from + row * s.width + column), __ldg(weights + ky * kernelW + kx), sum);
    }
  }
  o.results[index] = o.finish.apply(sum, index);
}

template <int side>
__global__ void depthwiseInputElements(int64_t count, LinearOperands o, DepthwiseShape s, Divisors d) {
  const int64_t index = globalThread();
  if (index >= count) return;
  int plane, y, x;
  d.walk.find(static_cast<int>(index), plane, y, x);
  const int image = d.images.quotient(plane);
  const int channel = plane - image * s.channels;
  const int kernelH = side > 0 ? side : s.kernelH, kernelW = side > 0 ? side : s.kernelW;
  float sum = 0.0f;
  for (int i = 0; i < s.multiple; ++i) {
    const int output = channel * s.multiple + i;
    const float* from = o.a + int64_t{image * s.outputs + output} * s.outPlane();
    const float* weights = o.b + int64_t{output} * s.taps();
#pragma unroll
    for (int ky = 0; ky < kernelH; ++ky) {
      const int rowReach = y + s.padTop - ky * s.dilationH;
      const int row = d.strideH.quotient(max(rowReach, 0));
      const bool rowInside = rowReach >= 0 && row * s.strideH == rowReach && row < s.outHeight;
#pragma unroll
      for (int kx = 0; kx < kernelW; ++kx) {
        const int reach = x + s.padLeft - kx * s.dilationW;
        const int column = d.strideW.quotient(max(reach, 0));
        const bool inside = reach >= 0 && column * s.strideW == reach && column < s.outWidth;
        if (!rowInside || !inside) continue;
        sum = fmaf(__ldg(from + row * s.outWidth + column), __ldg(weights + ky * kernelW + kx), sum);
      }
    }
  }
  o.results[index] = o.finish.apply(sum, index);
}

using Kernel = void (*)(int64_t, LinearOperands, DepthwiseShape, Divisors);

class DepthwiseElements : public LinearOp {
 public:
  DepthwiseElements(const ConvShape& s, Kernel kernel, int64_t count, const Divisors& divisors)
      : shape_(s), kernel_(kernel), count_(count), divisors_(divisors) {}

  void launch(cudaStream_t stream, void*, const LinearOperands& operands) const override {
    launchEach(stream, count_, kernel_, operands, shape_, divisors_);
  }

 private:
  DepthwiseShape shape_;
  Kernel kernel_;
  int64_t count_;
  Divisors divisors_;
};

// One of the kernels for the sides 3 and 5 and for any other window.
Kernel choose(const ConvShape& s, Kernel three, Kernel five, Kernel any) {
  if (s.kernelH != s.kernelW) return any;
  return s.kernelH == 3 ? three : s.kernelH == 5 ? five : any;
}

Divisors divisors(const ConvShape& s, const PlaneWalk& walk, int64_t planes) {
  return {walk, FastDivisor(planes), FastDivisor(s.groupOutputs()), FastDivisor(s.strideH),
          FastDivisor(s.strideW)};
}

}  // namespace

std::unique_ptr<LinearOp> depthwiseConvolution(const ConvShape& s) {
  return std::make_unique<DepthwiseElements>(
      s, choose(s, depthwiseElements<3>, depthwiseElements<5>, depthwiseElements<0>),
      s.batch * s.outputs * s.outPlane(), divisors(s, {s.outHeight, s.outWidth}, s.outputs));
}

std::unique_ptr<LinearOp> depthwiseInputGradient(const ConvShape& s) {
  return std::make_unique<DepthwiseElements>(
      s, choose(s, depthwiseInputElements<3>, depthwiseInputElements<5>, depthwiseInputElements<0>),
      s.batch * s.channels * s.plane(), divisors(s, {s.height, s.width}, s.channels));
}

}  // namespace approxtorch::cuda
