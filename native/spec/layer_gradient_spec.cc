#include "layer_gradient_spec.h"

#include "conv_op_spec.h"
#include "operands.h"
#include "qparams_spec.h"

namespace approxtorch::lut {
namespace {

bool isMatrix(const Tensor& derivative) { return derivative.shape.size() > 1; }

void expectDerivative(const OpSpec& spec, const Tensor& derivative) {
  spec.expectShape(derivative, isMatrix(derivative) ? Shape{kOperands, kOperands} : Shape{kOperands});
}

WeightClippingSpec readClipping(OpSpec& spec, const Tensor& values, const QuantizedWeights& weights) {
  spec.expectShape(values, weights.indices.shape);
  const bool isSigned = spec.attributes.flag("weightSigned");
  const auto lo = static_cast<int>(spec.attributes.integer("weightLo", 0, 255));
  return {values, isSigned, lo, static_cast<int>(spec.attributes.integer("weightHi", lo, 255))};
}

}  // namespace

LayerInputGradientSpec readLayerInputGradient(OpSpec& spec) {
  const Tensor& g = spec.input(0);
  const QuantizedWeights weights(spec, 1);
  const Tensor& derivative = spec.input(4);
  Tensor& dx = spec.output(0);
  const bool matrix = isMatrix(derivative);
  const Tensor* codes = matrix ? &spec.input(6, DataType::kU8) : nullptr;
  spec.expectCounts(matrix ? 7 : 5, matrix ? 7 : 6, 1);
  expectDerivative(spec, derivative);
  spec.expectRank(dx, 4, 4);
  const Shape images = matrix ? imageShape(spec, *codes) : dx.shape;
  const Tensor* mask = readMask(spec, 5, dx);
  const ConvGeometry geometry = readGeometry(spec, images, weights.indices.shape);
  spec.expectShape(g, {geometry.batch, geometry.outputs, geometry.outH, geometry.outW});
  spec.expectShape(dx, images);
  return {g, weights, derivative, mask, codes, dx, geometry};
}

LayerWeightGradientSpec readLayerWeightGradient(OpSpec& spec) {
  const Tensor& g = spec.input(0);
  const Tensor& codes = spec.input(1, DataType::kU8);
  const Tensor& qparams = spec.input(2);
  const Tensor& derivative = spec.input(3);
  const QuantizedWeights weights(spec, 5);
  const WeightClippingSpec clipping = readClipping(spec, spec.input(4), weights);
  Tensor& dw = spec.output(0);
  spec.expectCounts(8, 8, 1);
  const ConvGeometry geometry = readGeometry(spec, imageShape(spec, codes), weights.indices.shape);
  spec.expectShape(g, {geometry.batch, geometry.outputs, geometry.outH, geometry.outW});
  expectQParams(spec, qparams, geometry.batch);
  expectDerivative(spec, derivative);
  spec.expectShape(dw, weights.indices.shape);
  const bool skipPadding = spec.attributes.choice("padding", {"lookup", "skip"}) == 1;
  return {g,        codes, qparams,  derivative,  weights,
          clipping, dw,    geometry, skipPadding, spec.attributes.flag("activationSigned")};
}

ConvShape convShape(const ConvGeometry& g) {
  return {g.batch,   g.channels, g.height,    g.width,     g.outputs, g.groups,  g.kernelH, g.kernelW,
          g.strideH, g.strideW,  g.dilationH, g.dilationW, g.pads[0], g.pads[1], g.outH,    g.outW};
}

}  // namespace approxtorch::lut
