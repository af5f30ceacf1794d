// Gradients of approximate layers under a derivative that depends on one operand (numerics.md §4): then they
// are gradients of an ordinary convolution with other weights or another input.
#include <array>
#include <stdexcept>

#include "../cpu/conv_gradient.h"
#include "../spec/layer_spec.h"
#include "lut_ops.h"
#include "qparams.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

ConvShape convShape(const ConvGeometry& g) {
  return {g.batch,   g.channels, g.height,    g.width,     g.outputs, g.groups,  g.kernelH, g.kernelW,
          g.strideH, g.strideW,  g.dilationH, g.dilationW, g.pads[0], g.pads[1], g.outH,    g.outW};
}

// dx = mask · Σ g·w' with the effective weights w' = s_w·(D[w] − z_w)
class LutConvInputGradient : public Op {
 public:
  explicit LutConvInputGradient(OpSpec& spec)
      : g_(spec.input(0)), weights_(readWeights(spec, 1)), derivative_(spec.input(4)), dx_(spec.output(0)) {
    spec.expectCounts(5, 6, 1);
    spec.expectShape(derivative_, {kOperands});
    spec.expectRank(dx_, 4, 4);
    const Tensor* mask = spec.optionalInput(5, DataType::kU8);
    if (mask != nullptr) {
      spec.expectShape(*mask, {(dx_.count() + 7) / 8});
      mask_ = mask->u8();
    }
    const ConvGeometry geometry = readGeometry(spec, dx_.shape, weights_.indices.shape);
    spec.expectShape(g_, {geometry.batch, geometry.outputs, geometry.outH, geometry.outW});
    try {
      gradient_ = inputGradient(convShape(geometry));
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
    effective_.resize(static_cast<size_t>(weights_.indices.count()));
  }

  void run(RunContext& context) override {
    makeEffective(context.pool());
    gradient_->run(context, g_.f32(), effective_.data(), mask_, dx_.f32());
  }

 private:
  void makeEffective(ThreadPool& pool) {
    const int64_t size = weights_.perOutput();
    pool.parallelFor(weights_.indices.shape[0], 1 + 4096 / size, [&](int64_t begin, int64_t end, int) {
      for (int64_t o = begin; o < end; ++o) {
        const float scale = weights_.scales.f32()[o];
        const auto zeroPoint = static_cast<float>(weights_.zeroPoints.i32()[o]);
        const uint8_t* indices = weights_.indices.u8() + o * size;
        float* to = effective_.data() + o * size;
        for (int64_t i = 0; i < size; ++i) to[i] = scale * (derivative_.f32()[indices[i]] - zeroPoint);
      }
    });
  }

  const Tensor& g_;
  const QuantizedWeights weights_;
  const Tensor& derivative_;
  Tensor& dx_;
  const uint8_t* mask_ = nullptr;
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
  explicit LutConvWeightGradient(OpSpec& spec)
      : g_(spec.input(0)),
        codes_(spec.input(1, DataType::kU8)),
        qparams_(spec.input(2)),
        derivative_(spec.input(3)),
        weights_(readWeights(spec, 5)),
        clipping_(spec, weights_, spec.input(4)),
        dw_(spec.output(0)),
        geometry_(readGeometry(spec, imageShape(spec, codes_), weights_.indices.shape)),
        input_(codes_, geometry_) {
    spec.expectCounts(8, 8, 1);
    const ConvGeometry& g = geometry_;
    spec.expectShape(g_, {g.batch, g.outputs, g.outH, g.outW});
    expectQParams(spec, qparams_, g.batch);
    spec.expectShape(derivative_, {kOperands});
    spec.expectShape(dw_, weights_.indices.shape);
    skipPadding_ = spec.attributes.choice("padding", {"lookup", "skip"}) == 1;
    signed_ = spec.attributes.flag("activationSigned");
    const bool denseInput = g.plane() == g.height * g.width;
    try {
      gradient_ = weightGradient(convShape(g), denseInput);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override {
    input_.setTables(qparams_, signed_, derivative_.f32(), skipPadding_);
    gradient_->run(context, g_.f32(), input_, dw_.f32());
    clipping_.clear(dw_.f32(), context.pool());
  }

 private:
  const Tensor& g_;
  const Tensor& codes_;
  const Tensor& qparams_;
  const Tensor& derivative_;
  const QuantizedWeights weights_;
  const WeightClipping clipping_;
  Tensor& dw_;
  const ConvGeometry geometry_;
  CodesInput input_;
  std::unique_ptr<WeightGradient> gradient_;
  bool skipPadding_, signed_;
};

bool isMatrix(const OpSpec& spec, size_t derivative) { return spec.input(derivative).shape.size() > 1; }

}  // namespace

std::unique_ptr<Op> makeLutConvInputGradient(OpSpec& spec) {
  if (isMatrix(spec, 4)) return makeTableInputGradient(spec);
  return std::make_unique<LutConvInputGradient>(spec);
}

std::unique_ptr<Op> makeLutConvWeightGradient(OpSpec& spec) {
  if (isMatrix(spec, 3)) return makeTableWeightGradient(spec);
  return std::make_unique<LutConvWeightGradient>(spec);
}

}  // namespace approxtorch::lut
