// Gradients of BatchNormalization. With h = (x − mean)·inverse and means over the channel:
// dx = (g − mean(g) − h·mean(g·h))·scale·inverse for the batch's statistics, g·scale·inverse for fixed ones;
// dscale = Σ g·h, dbias = Σ g.
#include "../../../native/math/normalization.h"
#include "../../../native/spec/batch_norm_spec.h"
#include "channels.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// Σ g and Σ g·(x − mean)
struct GradientSums {
  double gradient, product;
};

__global__ void blockSums(int64_t count, const float* g, const float* x, const float* mean,
                          GradientSums* sums, ChannelBlocks blocks) {
  const int64_t i = globalWarp();
  if (i >= count) return;
  const int64_t c = i / blocks.perChannel;
  const float center = mean[c];
  float gradients = 0.0f, products = 0.0f;
  blocks.forEach(c, i % blocks.perChannel, [&](int, int64_t offset) {
    const float gradient = g[offset];
    gradients += gradient;
    products += gradient * (x[offset] - center);
  });
  gradients = foldWarp(gradients, Plus());
  products = foldWarp(products, Plus());
  if (laneOfWarp() == 0) sums[i] = {gradients, products};
}

// What all elements of a channel's dx need: dx = (g − shift − (x − mean)·slope)·scale.
struct ChannelGradient {
  float shift, slope, scale, dscale, dbias;
};

struct Statistics {
  const float *scale, *spread;
  bool fixed;  // spread is a variance
  float epsilon;
};

__global__ void channelGradients(int64_t channels, const GradientSums* blocks, int64_t perChannel,
                                 int64_t channelSize, Statistics statistics, ChannelGradient* gradients) {
  const int64_t c = globalWarp();
  if (c >= channels) return;
  blocks += c * perChannel;
  const double dbias = foldRow(
      perChannel, 0.0, [=](int64_t i) { return blocks[i].gradient; }, Plus());
  const double products = foldRow(
      perChannel, 0.0, [=](int64_t i) { return blocks[i].product; }, Plus());
  if (laneOfWarp() != 0) return;
  const float spread = statistics.spread[c];
  const float inverse = statistics.fixed ? 1.0f / sqrtf(spread + statistics.epsilon) : spread;
  const double dscale = products * inverse;
  const auto count = static_cast<double>(channelSize);
  gradients[c] = {static_cast<float>(dbias / count), static_cast<float>(dscale / count * inverse),
                  statistics.scale[c] * inverse, static_cast<float>(dscale), static_cast<float>(dbias)};
}

// dx may be g; and where a channel has one element, dscale or dbias may be: it is stored by the thread that
// has read the channel's first element.
template <bool fixed>
__global__ void inputGradients(ChannelElements elements, const float* g, const float* x, const float* mean,
                               const ChannelGradient* gradients, float* dx, float* dscale, float* dbias) {
  float results[ChannelElements::kPerThread];
  elements.forEach([&](int k, int64_t i, int64_t c) {
    const ChannelGradient& channel = gradients[c];
    results[k] = fixed
                     ? g[i] * channel.scale + 0.0f
                     : normalizedGradientOf(g[i], x[i], mean[c], channel.shift, channel.slope, channel.scale);
  });
  elements.forEach([&](int k, int64_t i, int64_t c) {
    dx[i] = results[k];
    if (i != c * elements.plane) return;
    dscale[c] = gradients[c].dscale;
    dbias[c] = gradients[c].dbias;
  });
}

class BatchNormalizationGradient : public Op {
 public:
  BatchNormalizationGradient(const BatchNormGradientSpec& spec, bool fixed)
      : spec_(spec), fixed_(fixed), blocks_(spec.layout), elements_(spec.layout) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  size_t scratchBytes() const override {
    return sumsBytes() + static_cast<size_t>(spec_.layout.channels) * sizeof(ChannelGradient);
  }

  void launch(const LaunchContext& context) override {
    const BatchNormGradientSpec& s = spec_;
    auto* sums = context.scratchAs<GradientSums>();
    auto* gradients = reinterpret_cast<ChannelGradient*>(context.scratchAs<char>() + sumsBytes());
    launchWarps(context.stream, blocks_.count(), blockSums, s.g, s.x, s.mean, sums, blocks_);
    launchWarps(context.stream, s.layout.channels, channelGradients, sums, blocks_.perChannel,
                s.layout.channelSize(), Statistics{s.scale, s.spread, fixed_, s.epsilon}, gradients);
    cuda::launch(context.stream, fixed_ ? inputGradients<true> : inputGradients<false>, elements_.grid(),
                 kThreads, 0, elements_, s.g, s.x, s.mean, gradients, s.dx, s.dscale, s.dbias);
  }

 private:
  size_t sumsBytes() const { return static_cast<size_t>(blocks_.count()) * sizeof(GradientSums); }

  BatchNormGradientSpec spec_;
  bool fixed_;
  ChannelBlocks blocks_;
  ChannelElements elements_;
};

}  // namespace

OpPointer makeBatchNormalizationTrainingGradient(OpSpec& spec) {
  return std::make_unique<BatchNormalizationGradient>(readBatchNormalizationTrainingGradient(spec), false);
}

OpPointer makeBatchNormalizationGradient(OpSpec& spec) {
  return std::make_unique<BatchNormalizationGradient>(readBatchNormalizationGradient(spec), true);
}

}  // namespace approxtorch::cuda
