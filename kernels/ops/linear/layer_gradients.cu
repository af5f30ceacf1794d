// Gradients of approximate layers under a derivative that depends on one operand (numerics.md §4): then they
// are gradients of an ordinary convolution with other weights or another input.
#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../launch.h"
#include "../../linear_gemm/convolution.h"
#include "../../scratch_layout.h"
#include "../lut/weight_zero_points.h"
#include "decode_codes.h"
#include "table_gradients.h"
#include "weight_clipping.h"

namespace approxtorch::cuda {
namespace {

__global__ void effectiveWeights(int64_t count, int64_t perOutput, const uint8_t* indices,
                                 const float* scales, const int32_t* zeroPoints, const float* derivative,
                                 float* weights) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const int64_t output = i / perOutput;
  weights[i] = scales[output] * (derivative[indices[i]] - static_cast<float>(zeroPoints[output]));
}

// An ordinary gradient one of whose factors is made in the working memory first.
class LayerGradient : public Op {
 public:
  LayerGradient(const lut::QuantizedWeights& weights, int64_t factorCount)
      : factor_(layout_.add<float>(factorCount)) {
    if (weights.zeroPoints.isConstant()) constantZeroPoints(weights);
  }

  size_t scratchBytes() const override { return layout_.bytes(); }
  const char* kernel() const override { return gradient_->kernel(); }

 protected:
  void setGradient(const OpSpec& op, std::unique_ptr<LinearOp> (*make)(const ConvShape&),
                   const ConvShape& shape) {
    try {
      gradient_ = make(shape);
    } catch (const std::invalid_argument& error) {
      op.fail(error.what());
    }
    rest_ = layout_.add<char>(static_cast<int64_t>(gradient_->scratchBytes()));
  }
  float* factor(const LaunchContext& context) const {
    return reinterpret_cast<float*>(context.scratchAs<char>() + factor_);
  }
  void launchGradient(const LaunchContext& context, const LinearOperands& operands) const {
    gradient_->launch(context.stream, context.scratchAs<char>() + rest_, operands);
  }

 private:
  ScratchLayout layout_;
  size_t factor_, rest_ = 0;
  std::unique_ptr<LinearOp> gradient_;
};

// dx = mask · Σ g·w' with the effective weights w' = s_w·(D[w] − z_w)
class LutConvInputGradient : public LayerGradient {
 public:
  LutConvInputGradient(const OpSpec& op, const lut::LayerInputGradientSpec& spec)
      : LayerGradient(spec.weights, spec.weights.indices.count()), spec_(spec) {
    setGradient(op, inputGradient, lut::convShape(spec.geometry));
  }

  void launch(const LaunchContext& context) override {
    const lut::QuantizedWeights& weights = spec_.weights;
    float* effective = factor(context);
    launchEach(context.stream, weights.indices.count(), effectiveWeights, weights.perOutput(),
               weights.indices.u8(), weights.scales.f32(), weights.zeroPoints.i32(), spec_.derivative.f32(),
               effective);
    const uint8_t* mask = spec_.mask == nullptr ? nullptr : spec_.mask->u8();
    launchGradient(context, {spec_.g.f32(), effective, nullptr, {kNoClamp, mask}, spec_.dx.f32()});
  }

 private:
  lut::LayerInputGradientSpec spec_;
};

// dw = m_w · Σ g·x' where x' are the values of the codes
class LutConvWeightGradient : public LayerGradient {
 public:
  LutConvWeightGradient(const OpSpec& op, const lut::LayerWeightGradientSpec& spec, const DecodedInput& input)
      : LayerGradient(spec.weights, input.count()), spec_(spec), input_(input) {
    setGradient(op, weightGradient, input.shape());
  }

  std::string faultText(const Fault&) const override { return lut::noQParamsText(spec_.qparams); }

  void launch(const LaunchContext& context) override {
    float* values = factor(context);
    input_.decode(context.stream, context.fault, values);
    launchGradient(context, {spec_.g.f32(), values, nullptr, {kNoClamp, nullptr}, spec_.dw.f32()});
    clearClippedWeights(context.stream, spec_.weights, spec_.clipping, spec_.dw.f32());
  }

 private:
  lut::LayerWeightGradientSpec spec_;
  DecodedInput input_;
};

}  // namespace

OpPointer makeLutConvInputGradient(OpSpec& spec) {
  const lut::LayerInputGradientSpec layer = lut::readLayerInputGradient(spec);
  if (layer.codes != nullptr) return makeTableInputGradient(spec, layer);
  return std::make_unique<LutConvInputGradient>(spec, layer);
}

OpPointer makeLutConvWeightGradient(OpSpec& spec) {
  const lut::LayerWeightGradientSpec layer = lut::readLayerWeightGradient(spec);
  if (layer.derivative.shape.size() > 1) return makeTableWeightGradient(spec, layer);
  return std::make_unique<LutConvWeightGradient>(spec, layer, DecodedInput(layer));
}

}  // namespace approxtorch::cuda
