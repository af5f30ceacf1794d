// What the gradients of an approximate layer read (numerics.md §4).
#pragma once

#include "conv_shape.h"
#include "layer_spec.h"
#include "quantized_weights_spec.h"

namespace approxtorch::lut {

// dx = mask · Σ g·s_w·(D − z_w)
struct LayerInputGradientSpec {
  const Tensor& g;
  QuantizedWeights weights;
  const Tensor& derivative;  // [256] by weight index, or [256, 256] by activation and weight index
  const Tensor* mask;        // null where it is omitted
  const Tensor* codes;       // null where the derivative is a vector
  Tensor& dx;
  ConvGeometry geometry;
};

// Weights whose values lie beyond their codes have no gradient.
struct WeightClippingSpec {
  const Tensor& values;  // in the weights' shape
  bool isSigned;
  int lo, hi;  // indices
};

// dw = m_w · Σ g·s_a·(D − z_a)
struct LayerWeightGradientSpec {
  const Tensor& g;
  const Tensor& codes;
  const Tensor& qparams;
  const Tensor& derivative;  // [256] by activation index, or [256, 256] by activation and weight index
  QuantizedWeights weights;
  WeightClippingSpec clipping;
  Tensor& dw;
  ConvGeometry geometry;
  bool skipPadding, activationSigned;
};

LayerInputGradientSpec readLayerInputGradient(OpSpec& spec);
LayerWeightGradientSpec readLayerWeightGradient(OpSpec& spec);

// The same convolution over images without a halo.
ConvShape convShape(const ConvGeometry& geometry);

}  // namespace approxtorch::lut
