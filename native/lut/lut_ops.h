// Factories of the approximate layers' ops; their inputs and attributes are listed in src/engine/plan.ts.
#pragma once

#include "../plan/op.h"
#include "../spec/layer_gradient_spec.h"

namespace approxtorch::lut {

std::unique_ptr<Op> makeRange(OpSpec& spec);
std::unique_ptr<Op> makeTrackRange(OpSpec& spec);
std::unique_ptr<Op> makeRangeQParams(OpSpec& spec);
std::unique_ptr<Op> makeQuantize(OpSpec& spec);
std::unique_ptr<Op> makeQuantizeWeights(OpSpec& spec);
std::unique_ptr<Op> makeLutConv(OpSpec& spec);
std::unique_ptr<Op> makeLutConvInputGradient(OpSpec& spec);
std::unique_ptr<Op> makeLutConvWeightGradient(OpSpec& spec);
// LutConvInputGradient and LutConvWeightGradient where D is a matrix.
std::unique_ptr<Op> makeTableInputGradient(const OpSpec& op, const LayerInputGradientSpec& spec);
std::unique_ptr<Op> makeTableWeightGradient(const LayerWeightGradientSpec& spec);

}  // namespace approxtorch::lut
