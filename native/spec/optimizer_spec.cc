#include "optimizer_spec.h"

#include "common.h"

namespace approxtorch {
namespace {

// Inputs are P, G, `states` moments, norm, learning rate, apply.
UpdateSpec readUpdate(OpSpec& spec, size_t states) {
  const UpdateSpec update{outputInPlace(spec, 0, 0), spec.input(1), scalarInput(spec, states + 2),
                          scalarInput(spec, states + 3), scalarInput(spec, states + 4)};
  spec.expectShape(update.g, update.p.shape);
  for (size_t i = 1; i <= states; ++i) spec.expectShape(outputInPlace(spec, i, i + 1), update.p.shape);
  return update;
}

float readClipNorm(OpSpec& spec) {
  const float limit = spec.attributes.bound("clipNorm");
  if (!(limit > 0.0f)) spec.fail("clipNorm must be above 0");
  return limit;
}

}  // namespace

SgdSpec readSgdUpdate(OpSpec& spec) {
  spec.expectCounts(6, 6, 2);
  const UpdateSpec update = readUpdate(spec, 1);
  SgdParameters parameters{};
  parameters.momentum = static_cast<float>(spec.attributes.real("momentum", 0.0, 1.0));
  parameters.nesterov = spec.attributes.flag("nesterov");
  parameters.weightDecay = spec.attributes.number("weightDecay");
  parameters.clipNorm = readClipNorm(spec);
  return {update, spec.output(1), parameters};
}

AdamSpec readAdamUpdate(OpSpec& spec) {
  spec.expectCounts(8, 8, 3);
  const UpdateSpec update = readUpdate(spec, 2);
  AdamParameters parameters{};
  parameters.beta1 = spec.attributes.real("beta1", 0.0, 1.0);
  parameters.beta2 = spec.attributes.real("beta2", 0.0, 1.0);
  if (parameters.beta1 == 1.0 || parameters.beta2 == 1.0) spec.fail("beta1 and beta2 must be below 1");
  parameters.weightDecay = spec.attributes.number("weightDecay");
  parameters.epsilon = spec.attributes.number("epsilon");
  parameters.clipNorm = readClipNorm(spec);
  parameters.decoupled = spec.attributes.flag("decoupled");
  return {update, spec.output(1), spec.output(2), scalarInput(spec, 7), parameters};
}

EmaSpec readEmaUpdate(OpSpec& spec) {
  spec.expectCounts(3, 3, 1);
  Tensor& average = outputInPlace(spec, 0, 0);
  const Tensor& p = spec.input(1);
  spec.expectShape(p, average.shape);
  const float* apply = scalarInput(spec, 2);
  return {average, p, apply, static_cast<float>(1.0 - spec.attributes.real("decay", 0.0, 1.0))};
}

}  // namespace approxtorch
