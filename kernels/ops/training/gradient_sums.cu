// Sums of gradients: over batches, and over all parameters for their norm.
#include "../../../native/spec/gradient_sums_spec.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

struct Operands {
  float sum, g;
};

__global__ void accumulateElements(int64_t count, float* sum, const float* g, const float* restart,
                                   FaultReport fault) {
  if (fault.raised()) return;
  const bool restarts = *restart != 0.0f;
  eachElement(
      count,
      [&](int64_t i) {
        return Operands{sum[i], g[i]};
      },
      [&](int64_t i, const Operands& at) { sum[i] = restarts ? at.g : at.sum + at.g; });
}

class Accumulate : public Op {
 public:
  explicit Accumulate(const AccumulateSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.g.count(), accumulateElements, spec_.sum.f32(), spec_.g.f32(),
                   spec_.restart, context.fault);
  }

 private:
  AccumulateSpec spec_;
};

using Piece = GradientNormSpec::Piece;

// The sum of a piece's squares is that of so many sums, of every 16th value, in the CPU engine's order.
constexpr int kPieceLanes = 16;
constexpr int kPieceThreads = 64;  // few: a piece is long, and the pieces are to spread over the device

__global__ void __launch_bounds__(kPieceThreads) sumPieces(int64_t count, const Piece* pieces, double* sums) {
  const int64_t i = globalThread() / kPieceLanes;
  const Piece piece = i < count ? pieces[i] : Piece{nullptr, 0};
  double sum = 0.0;
#pragma unroll 16
  for (int64_t k = threadIdx.x % kPieceLanes; k < piece.count; k += kPieceLanes) {
    const double value = piece.data[k];
    sum += value * value;
  }
  for (int half = kPieceLanes / 2; half > 0; half /= 2) {
    sum += __shfl_down_sync(0xffffffffu, sum, static_cast<unsigned>(half), kPieceLanes);
  }
  if (i < count && threadIdx.x % kPieceLanes == 0) sums[i] = sum;
}

constexpr int kSumThreads = 1024;

// By one block: adds the sums in their order, as the CPU engine does.
__global__ void __launch_bounds__(kSumThreads) rootOfSum(int64_t count, const double* sums, float* norm) {
  __shared__ double ahead[kSumThreads];
  double sum = 0.0;
  for (int64_t begin = 0; begin < count; begin += kSumThreads) {
    const int64_t i = begin + threadIdx.x;
    ahead[threadIdx.x] = i < count ? sums[i] : 0.0;
    __syncthreads();
    if (threadIdx.x == 0) {
      const int end = count - begin < kSumThreads ? static_cast<int>(count - begin) : kSumThreads;
#pragma unroll 8
      for (int k = 0; k < end; ++k) sum += ahead[k];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) *norm = static_cast<float>(sqrt(sum));
}

class GradientNorm : public Op {
 public:
  explicit GradientNorm(const GradientNormSpec& spec)
      : count_(static_cast<int64_t>(spec.pieces.size())),
        pieces_(spec.pieces.size() * sizeof(Piece)),
        norm_(spec.norm.f32()) {
    upload(pieces_.as<>(), spec.pieces.data(), spec.pieces.size() * sizeof(Piece), "the gradients' pieces");
  }

  size_t scratchBytes() const override { return static_cast<size_t>(count_) * sizeof(double); }

  void launch(const LaunchContext& context) override {
    auto* sums = context.scratchAs<double>();
    cuda::launch(context.stream, sumPieces, {ceilDivide(count_ * kPieceLanes, kPieceThreads)}, kPieceThreads,
                 0, count_, pieces_.as<Piece>(), sums);
    cuda::launch(context.stream, rootOfSum, {1}, kSumThreads, 0, count_, sums, norm_);
  }

 private:
  int64_t count_;
  DeviceBuffer pieces_;
  float* norm_;
};

}  // namespace

OpPointer makeAccumulate(OpSpec& spec) { return std::make_unique<Accumulate>(readAccumulate(spec)); }
OpPointer makeGradientNorm(OpSpec& spec) { return std::make_unique<GradientNorm>(readGradientNorm(spec)); }

}  // namespace approxtorch::cuda
