// Functions of single elements, and their gradients.
#pragma once

#include "../plan/op_spec.h"
#include "pointwise_kinds.h"

namespace approxtorch {

// y[i] = f(x[i])
struct UnarySpec {
  const Tensor& x;
  Tensor& y;
  Unary kind;
  UnaryParameters parameters;
};

UnarySpec readRelu(OpSpec& spec);
UnarySpec readClip(OpSpec& spec);
UnarySpec readLeakyRelu(OpSpec& spec);
UnarySpec readElu(OpSpec& spec);
UnarySpec readSigmoid(OpSpec& spec);
UnarySpec readTanh(OpSpec& spec);
UnarySpec readHardSigmoid(OpSpec& spec);
UnarySpec readHardSwish(OpSpec& spec);

// dx[i] = g[i]·f'(value[i])
struct PointwiseGradientSpec {
  const Tensor& g;
  const Tensor& value;  // the activation's input or output
  Tensor& dx;
  Pointwise kind;
  UnaryParameters parameters;
};

PointwiseGradientSpec readActivationGradient(OpSpec& spec);
PointwiseGradientSpec readLeakyReluGradient(OpSpec& spec);
PointwiseGradientSpec readEluGradient(OpSpec& spec);
PointwiseGradientSpec readHardSigmoidGradient(OpSpec& spec);
PointwiseGradientSpec readHardSwishGradient(OpSpec& spec);
PointwiseGradientSpec readSigmoidGradient(OpSpec& spec);
PointwiseGradientSpec readTanhGradient(OpSpec& spec);

}  // namespace approxtorch
