#include "batch_norm_spec.h"

#include "common.h"

namespace approxtorch {
namespace {

BatchNormGradientSpec readGradient(OpSpec& spec) {
  spec.expectCounts(5, 5, 3);
  const Tensor& x = spec.input(1);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(spec.input(0), x.shape);
  spec.expectShape(spec.output(0), x.shape);
  for (size_t i = 2; i < 5; ++i) spec.expectShape(spec.input(i), {x.shape[1]});
  for (size_t i = 1; i < 3; ++i) spec.expectShape(spec.output(i), {x.shape[1]});
  return {spec.input(0).f32(),    x.f32(),
          spec.input(2).f32(),    spec.input(3).f32(),
          spec.input(4).f32(),    spec.output(0).f32(),
          spec.output(1).f32(),   spec.output(2).f32(),
          ChannelLayout(x.shape), 0.0f};
}

}  // namespace

BatchNormSpec readBatchNormalization(OpSpec& spec) {
  spec.expectCounts(5, 5, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(y, x.shape);
  for (size_t i = 1; i < 5; ++i) spec.expectShape(spec.input(i), {x.shape[1]});
  return {x,
          y,
          spec.input(1).f32(),
          spec.input(2).f32(),
          spec.input(3).f32(),
          spec.input(4).f32(),
          ChannelLayout(x.shape),
          spec.attributes.number("epsilon")};
}

BatchNormTrainingSpec readBatchNormalizationTraining(OpSpec& spec) {
  spec.expectCounts(5, 5, 5);
  const Tensor& x = spec.input(0);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(spec.output(0), x.shape);
  for (size_t i = 1; i < 5; ++i) {
    spec.expectShape(spec.input(i), {x.shape[1]});
    spec.expectShape(spec.output(i), {x.shape[1]});
  }
  float* mean = outputInPlace(spec, 3, 3).f32();
  float* variance = outputInPlace(spec, 4, 4).f32();
  const double epsilon = spec.attributes.number("epsilon");
  return {x.f32(),
          spec.input(1).f32(),
          spec.input(2).f32(),
          spec.output(0).f32(),
          spec.output(1).f32(),
          spec.output(2).f32(),
          mean,
          variance,
          ChannelLayout(x.shape),
          epsilon,
          spec.attributes.real("momentum", 0.0, 1.0)};
}

BatchNormGradientSpec readBatchNormalizationTrainingGradient(OpSpec& spec) { return readGradient(spec); }

BatchNormGradientSpec readBatchNormalizationGradient(OpSpec& spec) {
  BatchNormGradientSpec gradient = readGradient(spec);
  gradient.epsilon = spec.attributes.number("epsilon");
  return gradient;
}

}  // namespace approxtorch
