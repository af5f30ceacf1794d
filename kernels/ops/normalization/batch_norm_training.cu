// BatchNormalization with the batch's own statistics: the moments of every block of a channel, then those of
// the channel, then the elements.
#include "../../../native/math/normalization.h"
#include "../../../native/spec/batch_norm_spec.h"
#include "channels.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// Mean of values, and the sum of squares of their distances from it.
struct Moments {
  double count, mean, squares;
};

// A rounded mean first, then the distances from it, as momentsLoop of the CPU engine has them.
__global__ void blockMoments(int64_t count, const float* x, Moments* moments, ChannelBlocks blocks) {
  const int64_t i = globalWarp();
  if (i >= count) return;
  const int64_t block = i % blocks.perChannel;
  float values[kChannelBlock / kWarp];
  float sum = 0.0f;
  blocks.forEach(i / blocks.perChannel, block, [&](int k, int64_t offset) {
    values[k] = x[offset];
    sum += values[k];
  });
  const int size = blocks.size(block);
  const float pivot = foldWarp(sum, Plus()) / static_cast<float>(size);
  float distances = 0.0f, squares = 0.0f;
#pragma unroll
  for (int k = 0; k < kChannelBlock / kWarp; ++k) {
    if (laneOfWarp() + k * kWarp >= size) continue;
    const float distance = values[k] - pivot;
    distances += distance;
    squares += distance * distance;
  }
  distances = foldWarp(distances, Plus());
  squares = foldWarp(squares, Plus());
  if (laneOfWarp() != 0) return;
  const double shift = distances / static_cast<double>(size);
  const double centered = squares - shift * shift * size;
  moments[i] = {static_cast<double>(size), pivot + shift, centered < 0.0 ? 0.0 : centered};
}

// T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample
// variances" (1979).
__device__ Moments merged(const Moments& a, const Moments& b) {
  if (b.count == 0.0) return a;
  const double count = a.count + b.count;
  const double distance = b.mean - a.mean;
  return {count, a.mean + distance * (b.count / count),
          a.squares + (b.squares + distance * distance * (a.count * b.count / count))};
}

__device__ float moved(float old, double fresh, double momentum) {
  return static_cast<float>(old * momentum + fresh * (1.0 - momentum));
}

struct Statistics {
  float *batchMean, *inverse, *mean, *variance;
  double epsilon, momentum;
};

__global__ void channelStatistics(int64_t channels, const Moments* blocks, int64_t perChannel,
                                  Statistics statistics, FaultReport fault) {
  const int64_t c = globalWarp();
  if (c >= channels) return;
  Moments all{0.0, 0.0, 0.0};
  for (int64_t i = laneOfWarp(); i < perChannel; i += kWarp) all = merged(all, blocks[c * perChannel + i]);
  for (int half = kWarp / 2; half > 0; half /= 2) {
    all = merged(all,
                 {__shfl_down_sync(kAllLanes, all.count, half), __shfl_down_sync(kAllLanes, all.mean, half),
                  __shfl_down_sync(kAllLanes, all.squares, half)});
  }
  if (laneOfWarp() != 0) return;
  const double variance = all.squares / all.count;
  statistics.batchMean[c] = static_cast<float>(all.mean);
  statistics.inverse[c] = static_cast<float>(1.0 / sqrt(variance + statistics.epsilon));
  if (fault.raised()) return;
  statistics.mean[c] = moved(statistics.mean[c], all.mean, statistics.momentum);
  statistics.variance[c] = moved(statistics.variance[c], variance, statistics.momentum);
}

__global__ void normalizeBatch(ChannelElements elements, const float* x, float* y, const float* scale,
                               const float* bias, const float* mean, const float* inverse) {
  float results[ChannelElements::kPerThread];
  elements.forEach([&](int k, int64_t i, int64_t c) {
    results[k] = normalizedOf(x[i], mean[c], scale[c] * inverse[c], bias[c]);
  });
  elements.forEach([&](int k, int64_t i, int64_t) { y[i] = results[k]; });
}

class BatchNormalizationTraining : public Op {
 public:
  explicit BatchNormalizationTraining(const BatchNormTrainingSpec& spec)
      : spec_(spec), blocks_(spec.layout), elements_(spec.layout) {}

  // The running statistics.
  bool mayOverwrite(size_t input) const override { return input >= 3; }

  size_t scratchBytes() const override { return static_cast<size_t>(blocks_.count()) * sizeof(Moments); }

  void launch(const LaunchContext& context) override {
    const BatchNormTrainingSpec& s = spec_;
    auto* moments = context.scratchAs<Moments>();
    launchWarps(context.stream, blocks_.count(), blockMoments, s.x, moments, blocks_);
    launchWarps(context.stream, s.layout.channels, channelStatistics, moments, blocks_.perChannel,
                Statistics{s.batchMean, s.inverse, s.mean, s.variance, s.epsilon, s.momentum}, context.fault);
    cuda::launch(context.stream, normalizeBatch, elements_.grid(), kThreads, 0, elements_, s.x, s.y, s.scale,
                 s.bias, s.batchMean, s.inverse);
  }

 private:
  BatchNormTrainingSpec spec_;
  ChannelBlocks blocks_;
  ChannelElements elements_;
};

}  // namespace

OpPointer makeBatchNormalizationTraining(OpSpec& spec) {
  return std::make_unique<BatchNormalizationTraining>(readBatchNormalizationTraining(spec));
}

}  // namespace approxtorch::cuda
