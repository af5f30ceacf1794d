// What Conv and its gradients read.
#pragma once

#include "clamp.h"
#include "conv_spec.h"

namespace approxtorch {

struct ConvOpSpec {
  const Tensor& x;
  const Tensor& w;
  const Tensor* bias;  // null where it is omitted
  Tensor& y;
  ConvShape shape;
  Clamp clamp;
};

struct ConvInputGradientSpec {
  const Tensor& g;
  const Tensor& w;
  const Tensor* mask;  // null where it is omitted
  Tensor& dx;
  ConvShape shape;
};

struct ConvWeightGradientSpec {
  const Tensor& g;
  const Tensor& x;
  Tensor& dw;
  ConvShape shape;
};

ConvOpSpec readConv(OpSpec& spec);
ConvInputGradientSpec readConvInputGradient(OpSpec& spec);
ConvWeightGradientSpec readConvWeightGradient(OpSpec& spec);

// An optional input u8 of a bit for each element of `tensor`. Throws where it has another size.
const Tensor* readMask(const OpSpec& spec, size_t index, const Tensor& tensor);

}  // namespace approxtorch
