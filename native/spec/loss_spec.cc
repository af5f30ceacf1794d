#include "loss_spec.h"

namespace approxtorch {

std::string LossSpec::labelError(int64_t sample, float label) const {
  return "'" + labels.name + "': the label of sample " + std::to_string(sample) + " is " +
         std::to_string(label) + ", not a class from 0 to " + std::to_string(classes - 1);
}

LossSpec readSoftmaxCrossEntropy(OpSpec& spec) {
  spec.expectCounts(2, 3, 3);
  const Tensor& logits = spec.input(0);
  const Tensor& labels = spec.input(1);
  const Tensor* teacher = spec.optionalInput(2);
  Tensor& gradient = spec.output(2);
  spec.expectRank(logits, 2, 2);
  spec.expectShape(labels, {logits.shape[0]});
  if (teacher != nullptr) spec.expectShape(*teacher, logits.shape);
  for (size_t i = 0; i < 2; ++i) spec.expectShape(spec.output(i), {1});
  spec.expectShape(gradient, logits.shape);
  const double smoothing = spec.attributes.real("labelSmoothing", 0.0, 1.0);
  const double distillWeight = spec.attributes.real("distillWeight", 0.0, 1.0);
  const float temperature = spec.attributes.number("temperature");
  if (!(temperature > 0.0f)) spec.fail("the temperature must be above 0");
  if (distillWeight == 0.0) teacher = nullptr;
  if (distillWeight > 0.0 && teacher == nullptr) spec.fail("distillation needs the teacher's logits");
  const float scale = spec.attributes.number("scale");
  return {logits,
          labels,
          teacher,
          spec.output(0).f32(),
          spec.output(1).f32(),
          gradient.f32(),
          logits.shape[0],
          logits.shape[1],
          {smoothing, distillWeight, temperature, scale}};
}

}  // namespace approxtorch
