// BatchNormalization with the batch's own statistics, and the gradients of both kinds. Every channel is the
// work of one thread, from its sums to its results, while it is in the cache.
#include <cmath>

#include "../cpu/gradient_kernels.h"
#include "../spec/batch_norm_spec.h"
#include "channel_blocks.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BatchNormalizationTraining : public Op {
 public:
  explicit BatchNormalizationTraining(const BatchNormTrainingSpec& spec) : spec_(spec) {}

  // The running statistics.
  bool mayOverwrite(size_t input) const override { return input >= 3; }

  void run(RunContext& context) override {
    context.pool().parallelFor(spec_.layout.channels, rowsPerGrain(spec_.layout.channelSize()),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, kChannelBlock);
                                 for (int64_t c = begin; c < end; ++c) normalize(c, work);
                               });
  }

 private:
  void normalize(int64_t c, float* work) const {
    const BatchNormTrainingSpec& s = spec_;
    const BlockMoments moments = momentsOf(c, work);
    const double variance = moments.squares / static_cast<double>(spec_.layout.channelSize());
    const auto mean = static_cast<float>(moments.mean);
    const auto inverse = static_cast<float>(1.0 / std::sqrt(variance + spec_.epsilon));
    for (int64_t n = 0; n < spec_.layout.images; ++n) {
      const int64_t offset = spec_.layout.offset(n, c);
      gradientKernels().normalize(s.x + offset, s.y + offset, spec_.layout.plane, mean, s.scale[c] * inverse,
                                  s.bias[c]);
    }
    s.batchMean[c] = mean;
    s.inverse[c] = inverse;
    s.mean[c] = moved(s.mean[c], moments.mean);
    s.variance[c] = moved(s.variance[c], variance);
  }

  // Of all blocks: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
  // computing sample variances" (1979).
  BlockMoments momentsOf(int64_t c, float* work) const {
    BlockMoments all{0.0, 0.0};
    double seen = 0.0;
    forEachChannelBlock<1>(spec_.layout, c, {spec_.x}, work, [&](const auto& block, int64_t count) {
      const BlockMoments more = gradientKernels().moments(block[0], count);
      const auto n = static_cast<double>(count);
      const double distance = more.mean - all.mean;
      all.squares += more.squares + distance * distance * (seen * n / (seen + n));
      seen += n;
      all.mean += distance * (n / seen);
    });
    return all;
  }

  float moved(float old, double fresh) const {
    return static_cast<float>(old * spec_.momentum + fresh * (1.0 - spec_.momentum));
  }

  BatchNormTrainingSpec spec_;
};

// With h = (x − mean)·inverse and means over the channel:
// dx = (g − mean(g) − h·mean(g·h))·scale·inverse for the batch's statistics, g·scale·inverse for fixed ones;
// dscale = Σ g·h, dbias = Σ g.
class BatchNormalizationGradient : public Op {
 public:
  explicit BatchNormalizationGradient(const BatchNormGradientSpec& spec) : spec_(spec) {}

  // The sums of a channel are known before its dx is written, and stored thereafter.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    context.pool().parallelFor(spec_.layout.channels, rowsPerGrain(spec_.layout.channelSize()),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, 2 * kChannelBlock);
                                 for (int64_t c = begin; c < end; ++c) runChannel(c, work);
                               });
  }

 protected:
  virtual float inverse(int64_t channel) const = 0;
  // For every plane of the channel, given dscale and dbias.
  virtual void plane(int64_t channel, int64_t offset, double dscale, double dbias) const = 0;

  const BatchNormGradientSpec& spec() const { return spec_; }

 private:
  void runChannel(int64_t c, float* work) const {
    double gradients = 0.0;
    double products = 0.0;
    forEachChannelBlock<2>(spec_.layout, c, {spec_.g, spec_.x}, work, [&](const auto& block, int64_t count) {
      const BlockSums sums = gradientKernels().gradientSums(block[0], block[1], count, spec_.mean[c]);
      gradients += sums.gradient;
      products += sums.product;
    });
    const double dscale = products * inverse(c);
    for (int64_t n = 0; n < spec_.layout.images; ++n) plane(c, spec_.layout.offset(n, c), dscale, gradients);
    spec_.dscale[c] = static_cast<float>(dscale);
    spec_.dbias[c] = static_cast<float>(gradients);
  }

  BatchNormGradientSpec spec_;
};

class BatchStatisticsGradient : public BatchNormalizationGradient {
 public:
  using BatchNormalizationGradient::BatchNormalizationGradient;

 protected:
  float inverse(int64_t c) const override { return spec().spread[c]; }

  void plane(int64_t c, int64_t offset, double dscale, double dbias) const override {
    const BatchNormGradientSpec& s = spec();
    const auto count = static_cast<double>(s.layout.channelSize());
    gradientKernels().normalizeGradient(s.g + offset, s.x + offset, s.dx + offset, s.layout.plane, s.mean[c],
                                        static_cast<float>(dbias / count),
                                        static_cast<float>(dscale / count * s.spread[c]),
                                        s.scale[c] * s.spread[c]);
  }
};

class FixedStatisticsGradient : public BatchNormalizationGradient {
 public:
  using BatchNormalizationGradient::BatchNormalizationGradient;

 protected:
  float inverse(int64_t c) const override { return 1.0f / std::sqrt(spec().spread[c] + spec().epsilon); }

  void plane(int64_t c, int64_t offset, double, double) const override {
    const BatchNormGradientSpec& s = spec();
    floatKernels().affine(s.g + offset, s.dx + offset, s.layout.plane, s.scale[c] * inverse(c), 0.0f);
  }
};

}  // namespace

OpPointer makeBatchNormalizationTraining(OpSpec& spec) {
  return std::make_unique<BatchNormalizationTraining>(readBatchNormalizationTraining(spec));
}

OpPointer makeBatchNormalizationTrainingGradient(OpSpec& spec) {
  return std::make_unique<BatchStatisticsGradient>(readBatchNormalizationTrainingGradient(spec));
}

OpPointer makeBatchNormalizationGradient(OpSpec& spec) {
  return std::make_unique<FixedStatisticsGradient>(readBatchNormalizationGradient(spec));
}

}  // namespace approxtorch
