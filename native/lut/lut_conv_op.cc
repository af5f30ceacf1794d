#include "../spec/lut_conv_spec.h"
#include "lut_ops.h"
#include "qparams.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

// An approximate Conv, Gemm or MatMul: sums of table entries, then the epilogue.
class LutConvOp : public Op {
 public:
  explicit LutConvOp(OpSpec& opSpec) : spec_(readLutConv(opSpec)) {
    checkConstantZeroPoints(spec_.weights);
    layer_.geometry = spec_.geometry;
    layer_.weights = spec_.weights.indices.u8();
    layer_.weightScales = spec_.weights.scales.f32();
    layer_.weightZeroPoints = spec_.weights.zeroPoints.i32();
    layer_.bias = spec_.bias == nullptr ? nullptr : spec_.bias->f32();
    layer_.activationFirst = firstOperand(spec_.activationSigned);
    layer_.weightFirst = firstOperand(spec_.weightSigned);
    layer_.skipPadding = spec_.skipPadding;
    layer_.activation = {spec_.clamp.low, spec_.clamp.high};
    if (!spec_.requantize) {
      output_.values = spec_.out.f32();
      return;
    }
    const RequantizeSpec& to = *spec_.requantize;
    output_.codes = spec_.out.u8();
    output_.halo = to.halo;
    output_.requantize = {to.scale, static_cast<float>(to.lo - to.zeroPoint),
                          static_cast<float>(to.hi - to.zeroPoint), to.zeroPoint};
  }

  const char* kernel() const override { return gemm_ ? gemm_->name() : ""; }

  void run(RunContext& context) override {
    prepare(context.lut(spec_.slot));
    const Tensor& codes = spec_.codes;
    if (spec_.requantize) fillWithZeroPoint(spec_.out, {output_.requantize}, context.pool());
    Epilogue epilogue(layer_, *gemm_, *lut_,
                      readQParams(spec_.qparams, spec_.activationSigned, codes.indexLo, codes.indexHi),
                      codes.u8(), output_, context);
    gemm_->run(codes.u8(), context, epilogue);
  }

 private:
  // Chooses and prepares the kernel; with constant weights again only when another LUT was put into the slot.
  void prepare(const std::shared_ptr<const Lut>& lut) {
    if (lut == lut_ && spec_.weights.isConstant()) return;
    checkZeroPoints(spec_.weights);
    const ConvGeometry& g = layer_.geometry;
    sumWeights(layer_);
    LutLayer layer{g, lut, layer_.weights, spec_.codes.indexLo, spec_.codes.indexHi, 0};
    // Unsigned weights lie around their zero point: their products around a·z_w. Taking that line out of the
    // table's columns leaves values as small as those of signed weights.
    int64_t zeroPoints = 0;
    for (int64_t o = 0; o < g.outputs; ++o) zeroPoints += layer_.weightZeroPoints[o];
    layer.slope = static_cast<int>(zeroPoints / g.outputs);
    gemm_ = chooseLutGemm(layer, !fitsIn32Bits(g, lut->magnitude()));
    lut_ = lut;
  }

  const LutConvSpec spec_;
  EpilogueLayer layer_{};
  LayerOutput output_{};
  std::shared_ptr<const Lut> lut_;
  std::unique_ptr<LutGemm> gemm_;
};

}  // namespace

std::unique_ptr<Op> makeLutConv(OpSpec& spec) { return std::make_unique<LutConvOp>(spec); }

}  // namespace approxtorch::lut
