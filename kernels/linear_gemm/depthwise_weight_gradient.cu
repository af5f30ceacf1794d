#include <algorithm>

#include "../launch.h"
#include "depthwise.h"
#include "depthwise_shape.h"
#include "sum_parts.h"

namespace approxtorch::cuda {
namespace {

constexpr int kTaps = 9;                        // that a thread sums at a time
constexpr int64_t kWantedBlocks = 1056;         // eight for each multiprocessor of the larger devices
constexpr int64_t kFewestTerms = 4 * kThreads;  // of a part

struct Parts {
  int count, images;  // of a part
};

// A block sums the products of some images for up to kTaps weights of an output channel.
__global__ void __launch_bounds__(kThreads)
    depthwiseWeights(const float* gradients, const float* images, DepthwiseShape s, PlaneWalk walk,
                     Parts parts, Finish finish, float* results) {
  constexpr int kWarp = 32;
  __shared__ float threadSums[kTaps][kThreads];
  const int chunks = (s.taps() + kTaps - 1) / kTaps;
  const int firstTap = static_cast<int>(blockIdx.x) % chunks * kTaps;
  const int output = static_cast<int>(blockIdx.x) / chunks % s.outputs;
  const int part = static_cast<int>(blockIdx.x) / chunks / s.outputs;
  const int channel = output / s.multiple;
  int dy[kTaps], dx[kTaps];
  float sums[kTaps];
#pragma unroll
  for (int t = 0; t < kTaps; ++t) {
    const int tap = min(firstTap + t, s.taps() - 1);
    dy[t] = tap / s.kernelW * s.dilationH - s.padTop;
    dx[t] = tap % s.kernelW * s.dilationW - s.padLeft;
    sums[t] = 0.0f;
  }
  const int firstImage = part * parts.images;
  const int terms = min(parts.images, s.batch - firstImage) * s.outPlane();
  for (int i = static_cast<int>(threadIdx.x); i < terms; i += kThreads) {
    int image, y, x;
    walk.find(i, image, y, x);
    image += firstImage;
    const float gradient =
        __ldg(gradients + int64_t{image * s.outputs + output} * s.outPlane() + y * s.outWidth + x);
    const float* from = images + int64_t{image * s.channels + channel} * s.plane();
#pragma unroll
    for (int t = 0; t < kTaps; ++t) {
      const int row = y * s.strideH + dy[t], column = x * s.strideW + dx[t];
      const bool inside = static_cast<unsigned>(row) < static_cast<unsigned>(s.height) &&
                          static_cast<unsigned>(column) < static_cast<unsigned>(s.width);
      if (inside) sums[t] = fmaf(gradient, __ldg(from + row * s.width + column), sums[t]);
    }
  }
#pragma unroll
  for (int t = 0; t < kTaps; ++t) threadSums[t][threadIdx.x] = sums[t];
  __syncthreads();
  for (int t = static_cast<int>(threadIdx.x) / kWarp; t < kTaps; t += kThreads / kWarp) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    float sum = 0.0f;
    for (int i = lane; i < kThreads; i += kWarp) sum += threadSums[t][i];
    for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) sum += __shfl_down_sync(0xffffffffu, sum, lanes);
    const int tap = firstTap + t;
    if (lane != 0 || tap >= s.taps()) continue;
    const int64_t index = int64_t{output} * s.taps() + tap;
    if (parts.count == 1) {
      results[index] = finish.apply(sum, index);
    } else {
      results[int64_t{part} * s.outputs * s.taps() + index] = sum;
    }
  }
}

class DepthwiseWeightGradient : public LinearOp {
 public:
  explicit DepthwiseWeightGradient(const ConvShape& s) : shape_(s), walk_(s.outHeight, s.outWidth) {
    const int64_t blocks = s.outputs * ceilDivide(s.taps(), kTaps);
    const int64_t most = std::min(s.batch, ceilDivide(s.batch * s.outPlane(), kFewestTerms));
    const int64_t wanted = std::clamp<int64_t>(kWantedBlocks / blocks, 1, most);
    parts_.images = static_cast<int>(ceilDivide(s.batch, wanted));
    parts_.count = static_cast<int>(ceilDivide(s.batch, parts_.images));
    blocks_ = blocks * parts_.count;
  }

  size_t scratchBytes() const override {
    return parts_.count == 1 ? 0 : static_cast<size_t>(parts_.count * count()) * sizeof(float);
  }

  void launch(cudaStream_t stream, void* scratch, const LinearOperands& o) const override {
    float* to = parts_.count == 1 ? o.results : static_cast<float*>(scratch);
    cuda::launch(stream, depthwiseWeights, {blocks_}, kThreads, 0, o.a, o.b, shape_, walk_, parts_, o.finish,
                 to);
    if (parts_.count > 1) sumParts(stream, to, parts_.count, count(), o.finish, o.results);
  }

 private:
  int64_t count() const { return int64_t{shape_.outputs} * shape_.taps(); }

  DepthwiseShape shape_;
  PlaneWalk walk_;
  Parts parts_{};
  int64_t blocks_;
};

}  // namespace

std::unique_ptr<LinearOp> depthwiseWeightGradient(const ConvShape& shape) {
  return std::make_unique<DepthwiseWeightGradient>(shape);
}

}  // namespace approxtorch::cuda
