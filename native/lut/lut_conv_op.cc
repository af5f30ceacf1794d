#include "../ops/common.h"
#include "../spec/layer_spec.h"
#include "lut_ops.h"
#include "qparams.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

// An approximate Conv, Gemm or MatMul: sums of table entries, then the epilogue.
class LutConvOp : public Op {
 public:
  explicit LutConvOp(OpSpec& spec)
      : codes_(spec.input(0, DataType::kU8)),
        qparams_(spec.input(1)),
        weights_(spec, 2),
        slot_(spec.lutSlot("lut")) {
    spec.expectCounts(5, 6, 1);
    spec.expectRank(codes_, 4, 4);
    expectQParams(spec, qparams_, codes_.shape[0]);
    signed_ = spec.attributes.flag("activationSigned");
    readLayer(spec);
    readOutput(spec);
  }

  const char* kernel() const override { return gemm_ ? gemm_->name() : ""; }

  void run(RunContext& context) override {
    prepare(context.lut(slot_));
    LayerOutput output = output_;
    if (codesOut_ != nullptr) fillWithZeroPoint(*codesOut_, {output.requantize}, context.pool());
    Epilogue epilogue(layer_, *gemm_, *lut_, readQParams(qparams_, signed_, codes_.indexLo, codes_.indexHi),
                      codes_.u8(), output, context);
    gemm_->run(codes_.u8(), context, epilogue);
  }

 private:
  void readLayer(OpSpec& spec) {
    const ConvGeometry& g = layer_.geometry =
        readGeometry(spec, imageShape(spec, codes_), weights_.indices.shape);
    const Tensor* bias = spec.optionalInput(5);
    if (bias != nullptr) spec.expectShape(*bias, {g.outputs});
    const bool weightSigned = spec.attributes.flag("weightSigned");
    layer_.weights = weights_.indices.u8();
    layer_.weightScales = weights_.scales.f32();
    layer_.weightZeroPoints = weights_.zeroPoints.i32();
    layer_.bias = bias == nullptr ? nullptr : bias->f32();
    layer_.activationFirst = firstOperand(signed_);
    layer_.weightFirst = firstOperand(weightSigned);
    layer_.skipPadding = spec.attributes.choice("padding", {"lookup", "skip"}) == 1;
    const Clamp clamp = readActivation(spec);
    layer_.activation = {clamp.low, clamp.high};
  }

  void readOutput(OpSpec& spec) {
    const ConvGeometry& g = layer_.geometry;
    const bool requantize = spec.attributes.has("outScale");
    Tensor& out = spec.output(0, requantize ? DataType::kU8 : DataType::kF32);
    if (requantize) output_.halo = readSides(spec, "outHalo");
    const auto& halo = output_.halo;
    spec.expectShape(out, {g.batch, g.outputs, halo[0] + g.outH + halo[2], halo[1] + g.outW + halo[3]});
    if (!requantize) {
      output_.values = out.f32();
      return;
    }
    codesOut_ = &out;
    out.indexLo = static_cast<int>(spec.attributes.integer("outLo", 0, 255));
    out.indexHi = static_cast<int>(spec.attributes.integer("outHi", out.indexLo, 255));
    const auto zero = static_cast<int32_t>(spec.attributes.integer("outZeroPoint", out.indexLo, out.indexHi));
    const float scale = spec.attributes.number("outScale");
    if (!(scale > 0.0f)) spec.fail("outScale is not positive");
    output_.codes = out.u8();
    output_.requantize = {scale, static_cast<float>(out.indexLo - zero),
                          static_cast<float>(out.indexHi - zero), zero};
  }

  // Chooses and prepares the kernel; with constant weights again only when another LUT was put into the slot.
  void prepare(const std::shared_ptr<const Lut>& lut) {
    if (lut == lut_ && weights_.isConstant()) return;
    weights_.checkZeroPoints();
    const ConvGeometry& g = layer_.geometry;
    sumWeights(layer_);
    LutLayer layer{g, lut, layer_.weights, codes_.indexLo, codes_.indexHi, 0};
    // Unsigned weights lie around their zero point: their products around a·z_w. Taking that line out of the
    // table's columns leaves values as small as those of signed weights.
    int64_t zeroPoints = 0;
    for (int64_t o = 0; o < g.outputs; ++o) zeroPoints += layer_.weightZeroPoints[o];
    layer.slope = static_cast<int>(zeroPoints / g.outputs);
    gemm_ = chooseLutGemm(layer, !fitsIn32Bits(layer_, *lut));
    lut_ = lut;
  }

  const Tensor& codes_;
  const Tensor& qparams_;
  const QuantizedWeights weights_;
  const int64_t slot_;
  bool signed_ = false;
  EpilogueLayer layer_{};
  LayerOutput output_{};
  Tensor* codesOut_ = nullptr;
  std::shared_ptr<const Lut> lut_;
  std::unique_ptr<LutGemm> gemm_;
};

}  // namespace

std::unique_ptr<Op> makeLutConv(OpSpec& spec) { return std::make_unique<LutConvOp>(spec); }

}  // namespace approxtorch::lut
