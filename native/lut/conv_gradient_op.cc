// Gradients of approximate layers under a derivative that depends on one operand (numerics.md §4): then they
// are gradients of an ordinary convolution with other weights or another input.
#include <array>
#include <stdexcept>

#include "../cpu/conv_gradient.h"
#include "../spec/layer_gradient_spec.h"
#include "lut_ops.h"
#include "qparams.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

// dx = mask · Σ g·w' with the effective weights w' = s_w·(D[w] − z_w)
class LutConvInputGradient : public Op {
 public:
  LutConvInputGradient(const OpSpec& op, const LayerInputGradientSpec& spec)
      : spec_(spec), effective_(static_cast<size_t>(spec.weights.indices.count())) {
    checkConstantZeroPoints(spec_.weights);
    try {
      gradient_ = inputGradient(convShape(spec_.geometry));
    } catch (const std::invalid_argument& error) {
      op.fail(error.what());
    }
  }

  void run(RunContext& context) override {
    makeEffective(context.pool());
    const uint8_t* mask = spec_.mask == nullptr ? nullptr : spec_.mask->u8();
    gradient_->run(context, spec_.g.f32(), effective_.data(), mask, spec_.dx.f32());
  }

 private:
  void makeEffective(ThreadPool& pool) {
    const QuantizedWeights& weights = spec_.weights;
    const int64_t size = weights.perOutput();
    pool.parallelFor(weights.indices.shape[0], 1 + 4096 / size, [&](int64_t begin, int64_t end, int) {
      for (int64_t o = begin; o < end; ++o) {
        const float scale = weights.scales.f32()[o];
        const auto zeroPoint = static_cast<float>(weights.zeroPoints.i32()[o]);
        const uint8_t* indices = weights.indices.u8() + o * size;
        float* to = effective_.data() + o * size;
        for (int64_t i = 0; i < size; ++i) to[i] = scale * (spec_.derivative.f32()[indices[i]] - zeroPoint);
      }
    });
  }

  const LayerInputGradientSpec spec_;
  std::unique_ptr<InputGradient> gradient_;
  std::vector<float> effective_;  // [outputs, groupChannels, kernelH, kernelW]
};

// Codes as the values s_a·(D[a] − z_a); one table of them for every set of images.
class CodesInput : public ConvInput {
 public:
  CodesInput(const Tensor& codes, const ConvGeometry& geometry) : codes_(codes), geometry_(geometry) {}

  // Throws PlanError where `qparams` holds no quantization parameters.
  void setTables(const Tensor& qparams, bool isSigned, const float* derivative, bool skipPadding) {
    tables_.clear();
    for (const auto& set : readQParams(qparams, isSigned, codes_.indexLo, codes_.indexHi)) {
      Table table;
      const auto zeroPoint = static_cast<float>(set.zeroPoint);
      for (int i = 0; i < kOperands; ++i) table.values[i] = set.scale * (derivative[i] - zeroPoint);
      table.padding = skipPadding ? 0.0f : table.values[set.zeroPoint - firstOperand(isSigned)];
      tables_.push_back(table);
    }
  }

  void copy(const PlaneFrame& frame, int64_t image, int64_t channel, int64_t count, int64_t top,
            float* to) const override {
    const ConvGeometry& g = geometry_;
    const Table& table = tables_[static_cast<size_t>(image * static_cast<int64_t>(tables_.size()) / g.batch)];
    const uint8_t* planes =
        codes_.u8() + (image * g.channels + channel) * g.plane() + g.halo[0] * g.rowPitch() + g.halo[1];
    copyFrames(frame, top, count, table.padding, to,
               [&](const FrameRows& rows, int64_t plane, int64_t row, int64_t column, float* target) {
                 const uint8_t* from = planes + plane * g.plane() + row * g.rowPitch() + column;
                 indirectKernels().decodeRows(rows, from, g.rowPitch(), table.values.data(), target);
               });
  }

  Memory memory(int64_t image) const override {
    const int64_t bytes = geometry_.channels * geometry_.plane();
    return {codes_.u8() + image * bytes, bytes};
  }

 private:
  struct Table {
    std::array<float, kOperands> values;
    float padding;
  };

  const Tensor& codes_;
  const ConvGeometry geometry_;
  std::vector<Table> tables_;
};

// dw = m_w · Σ g·x' where x' are the values of the codes
class LutConvWeightGradient : public Op {
 public:
  LutConvWeightGradient(const OpSpec& op, const LayerWeightGradientSpec& spec)
      : spec_(spec), clipping_(spec.weights, spec.clipping), input_(spec.codes, spec.geometry) {
    checkConstantZeroPoints(spec_.weights);
    const ConvGeometry& g = spec_.geometry;
    const bool denseInput = g.plane() == g.height * g.width;
    try {
      gradient_ = weightGradient(convShape(g), denseInput);
    } catch (const std::invalid_argument& error) {
      op.fail(error.what());
    }
  }

  void run(RunContext& context) override {
    input_.setTables(spec_.qparams, spec_.activationSigned, spec_.derivative.f32(), spec_.skipPadding);
    gradient_->run(context, spec_.g.f32(), input_, spec_.dw.f32());
    clipping_.clear(spec_.dw.f32(), context.pool());
  }

 private:
  const LayerWeightGradientSpec spec_;
  const WeightClipping clipping_;
  CodesInput input_;
  std::unique_ptr<WeightGradient> gradient_;
};

}  // namespace

std::unique_ptr<Op> makeLutConvInputGradient(OpSpec& spec) {
  const LayerInputGradientSpec layer = readLayerInputGradient(spec);
  if (layer.codes != nullptr) return makeTableInputGradient(spec, layer);
  return std::make_unique<LutConvInputGradient>(spec, layer);
}

std::unique_ptr<Op> makeLutConvWeightGradient(OpSpec& spec) {
  const LayerWeightGradientSpec layer = readLayerWeightGradient(spec);
  if (layer.derivative.shape.size() > 1) return makeTableWeightGradient(layer);
  return std::make_unique<LutConvWeightGradient>(spec, layer);
}

}  // namespace approxtorch::lut
