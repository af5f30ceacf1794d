// BatchNormalization with the batch's own statistics, and the gradients of both kinds. Every channel is the
// work of one thread, from its sums to its results, while it is in the cache.
#include <cmath>

#include "../cpu/gradient_kernels.h"
#include "channel_blocks.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BatchNormalizationTraining : public Op {
 public:
  struct Tensors {
    const float *x, *scale, *bias;
    float *y, *batchMean, *inverse, *mean, *variance;
  };

  BatchNormalizationTraining(const Tensors& tensors, const Shape& shape, double epsilon, double momentum)
      : tensors_(tensors), layout_(shape), epsilon_(epsilon), momentum_(momentum) {}

  // The running statistics.
  bool mayOverwrite(size_t input) const override { return input >= 3; }

  void run(RunContext& context) override {
    context.pool().parallelFor(layout_.channels, rowsPerGrain(layout_.channelSize()),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, kChannelBlock);
                                 for (int64_t c = begin; c < end; ++c) normalize(c, work);
                               });
  }

 private:
  void normalize(int64_t c, float* work) const {
    const Tensors& t = tensors_;
    const BlockMoments moments = momentsOf(c, work);
    const double variance = moments.squares / static_cast<double>(layout_.channelSize());
    const auto mean = static_cast<float>(moments.mean);
    const auto inverse = static_cast<float>(1.0 / std::sqrt(variance + epsilon_));
    for (int64_t n = 0; n < layout_.images; ++n) {
      const int64_t offset = layout_.offset(n, c);
      gradientKernels().normalize(t.x + offset, t.y + offset, layout_.plane, mean, t.scale[c] * inverse,
                                  t.bias[c]);
    }
    t.batchMean[c] = mean;
    t.inverse[c] = inverse;
    t.mean[c] = moved(t.mean[c], moments.mean);
    t.variance[c] = moved(t.variance[c], variance);
  }

  // Of all blocks: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
  // computing sample variances" (1979).
  BlockMoments momentsOf(int64_t c, float* work) const {
    BlockMoments all{0.0, 0.0};
    double seen = 0.0;
    forEachChannelBlock<1>(layout_, c, {tensors_.x}, work, [&](const auto& block, int64_t count) {
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
    return static_cast<float>(old * momentum_ + fresh * (1.0 - momentum_));
  }

  Tensors tensors_;
  ChannelLayout layout_;
  double epsilon_, momentum_;
};

// With h = (x − mean)·inverse and means over the channel:
// dx = (g − mean(g) − h·mean(g·h))·scale·inverse for the batch's statistics, g·scale·inverse for fixed ones;
// dscale = Σ g·h, dbias = Σ g.
class BatchNormalizationGradient : public Op {
 public:
  struct Tensors {
    const float *g, *x, *scale, *mean;
    const float* spread;  // 1 / standard deviation of a batch, or a fixed variance
    float *dx, *dscale, *dbias;
  };

  BatchNormalizationGradient(const Tensors& tensors, const Shape& shape) : t_(tensors), layout_(shape) {}

  // The sums of a channel are known before its dx is written, and stored thereafter.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    context.pool().parallelFor(layout_.channels, rowsPerGrain(layout_.channelSize()),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, 2 * kChannelBlock);
                                 for (int64_t c = begin; c < end; ++c) runChannel(c, work);
                               });
  }

 protected:
  virtual float inverse(int64_t channel) const = 0;
  // For every plane of the channel, given dscale and dbias.
  virtual void plane(int64_t channel, int64_t offset, double dscale, double dbias) const = 0;

  const Tensors& tensors() const { return t_; }
  const ChannelLayout& layout() const { return layout_; }

 private:
  void runChannel(int64_t c, float* work) const {
    double gradients = 0.0;
    double products = 0.0;
    forEachChannelBlock<2>(layout_, c, {t_.g, t_.x}, work, [&](const auto& block, int64_t count) {
      const BlockSums sums = gradientKernels().gradientSums(block[0], block[1], count, t_.mean[c]);
      gradients += sums.gradient;
      products += sums.product;
    });
    const double dscale = products * inverse(c);
    for (int64_t n = 0; n < layout_.images; ++n) plane(c, layout_.offset(n, c), dscale, gradients);
    t_.dscale[c] = static_cast<float>(dscale);
    t_.dbias[c] = static_cast<float>(gradients);
  }

  Tensors t_;
  ChannelLayout layout_;
};

class BatchStatisticsGradient : public BatchNormalizationGradient {
 public:
  using BatchNormalizationGradient::BatchNormalizationGradient;

 protected:
  float inverse(int64_t c) const override { return tensors().spread[c]; }

  void plane(int64_t c, int64_t offset, double dscale, double dbias) const override {
    const Tensors& t = tensors();
    const auto count = static_cast<double>(layout().channelSize());
    gradientKernels().normalizeGradient(t.g + offset, t.x + offset, t.dx + offset, layout().plane, t.mean[c],
                                        static_cast<float>(dbias / count),
                                        static_cast<float>(dscale / count * t.spread[c]),
                                        t.scale[c] * t.spread[c]);
  }
};

class FixedStatisticsGradient : public BatchNormalizationGradient {
 public:
  FixedStatisticsGradient(const Tensors& tensors, const Shape& shape, float epsilon)
      : BatchNormalizationGradient(tensors, shape), epsilon_(epsilon) {}

 protected:
  float inverse(int64_t c) const override { return 1.0f / std::sqrt(tensors().spread[c] + epsilon_); }

  void plane(int64_t c, int64_t offset, double, double) const override {
    const Tensors& t = tensors();
    floatKernels().affine(t.g + offset, t.dx + offset, layout().plane, t.scale[c] * inverse(c), 0.0f);
  }

 private:
  float epsilon_;
};

BatchNormalizationGradient::Tensors gradientTensors(OpSpec& spec) {
  spec.expectCounts(5, 5, 3);
  const Tensor& x = spec.input(1);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(spec.input(0), x.shape);
  spec.expectShape(spec.output(0), x.shape);
  for (size_t i = 2; i < 5; ++i) spec.expectShape(spec.input(i), {x.shape[1]});
  for (size_t i = 1; i < 3; ++i) spec.expectShape(spec.output(i), {x.shape[1]});
  return {spec.input(0).f32(),  x.f32(),
          spec.input(2).f32(),  spec.input(3).f32(),
          spec.input(4).f32(),  spec.output(0).f32(),
          spec.output(1).f32(), spec.output(2).f32()};
}

}  // namespace

OpPointer makeBatchNormalizationTraining(OpSpec& spec) {
  spec.expectCounts(5, 5, 5);
  const Tensor& x = spec.input(0);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(spec.output(0), x.shape);
  for (size_t i = 1; i < 5; ++i) {
    spec.expectShape(spec.input(i), {x.shape[1]});
    spec.expectShape(spec.output(i), {x.shape[1]});
  }
  const BatchNormalizationTraining::Tensors tensors{x.f32(),
                                                    spec.input(1).f32(),
                                                    spec.input(2).f32(),
                                                    spec.output(0).f32(),
                                                    spec.output(1).f32(),
                                                    spec.output(2).f32(),
                                                    outputInPlace(spec, 3, 3).f32(),
                                                    outputInPlace(spec, 4, 4).f32()};
  const double epsilon = spec.attributes.number("epsilon");
  return std::make_unique<BatchNormalizationTraining>(tensors, x.shape, epsilon,
                                                      spec.attributes.real("momentum", 0.0, 1.0));
}

OpPointer makeBatchNormalizationTrainingGradient(OpSpec& spec) {
  const BatchNormalizationGradient::Tensors tensors = gradientTensors(spec);
  return std::make_unique<BatchStatisticsGradient>(tensors, spec.input(1).shape);
}

OpPointer makeBatchNormalizationGradient(OpSpec& spec) {
  const BatchNormalizationGradient::Tensors tensors = gradientTensors(spec);
  return std::make_unique<FixedStatisticsGradient>(tensors, spec.input(1).shape,
                                                   spec.attributes.number("epsilon"));
}

}  // namespace approxtorch
