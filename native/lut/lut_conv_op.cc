#include <algorithm>
#include <stdexcept>

#include "../ops/common.h"
#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

std::array<int64_t, 4> readSides(OpSpec& spec, const char* name) {
  const auto sides = spec.attributes.integers(name, 4, 0, 1 << 20);
  return {sides[0], sides[1], sides[2], sides[3]};
}

// An approximate Conv, Gemm or MatMul: sums of table entries, then the epilogue.
class LutConvOp : public Op {
 public:
  explicit LutConvOp(OpSpec& spec)
      : codes_(spec.input(0, DataType::kU8)),
        qparams_(spec.input(1)),
        weights_(spec.input(2, DataType::kU8)),
        zeroPoints_(spec.input(4, DataType::kI32)),
        slot_(spec.lutSlot("lut")) {
    spec.expectCounts(5, 6, 1);
    spec.expectRank(codes_, 4, 4);
    spec.expectRank(weights_, 4, 4);
    expectQParams(spec, qparams_, codes_.shape[0]);
    signed_ = spec.attributes.flag("activationSigned");
    readLayer(spec);
    readOutput(spec);
    try {
      layer_.geometry.validate();
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
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
    ConvGeometry& g = layer_.geometry;
    g.halo = readSides(spec, "halo");
    g.pads = readSides(spec, "pads");
    g.batch = codes_.shape[0];
    g.channels = codes_.shape[1];
    g.height = codes_.shape[2] - g.halo[0] - g.halo[2];
    g.width = codes_.shape[3] - g.halo[1] - g.halo[3];
    g.outputs = weights_.shape[0];
    g.groups = spec.attributes.integer("group", 1, INT32_MAX);
    g.kernelH = weights_.shape[2];
    g.kernelW = weights_.shape[3];
    const auto strides = spec.attributes.integers("strides", 2, 1, INT32_MAX);
    const auto dilations = spec.attributes.integers("dilations", 2, 1, INT32_MAX);
    g.strideH = strides[0];
    g.strideW = strides[1];
    g.dilationH = dilations[0];
    g.dilationW = dilations[1];
    if (g.channels % g.groups != 0 || weights_.shape[1] != g.channels / g.groups) {
      spec.fail("weights " + shapeText(weights_.shape) + " do not fit " + std::to_string(g.channels) +
                " channels in " + std::to_string(g.groups) + " groups");
    }
    const Tensor& scales = spec.input(3);
    const Tensor* bias = spec.optionalInput(5);
    spec.expectShape(scales, {g.outputs});
    spec.expectShape(zeroPoints_, {g.outputs});
    if (bias != nullptr) spec.expectShape(*bias, {g.outputs});
    if (zeroPoints_.isConstant()) checkZeroPoints();
    const bool weightSigned = spec.attributes.flag("weightSigned");
    layer_.weights = weights_.u8();
    layer_.weightScales = scales.f32();
    layer_.weightZeroPoints = zeroPoints_.i32();
    layer_.bias = bias == nullptr ? nullptr : bias->f32();
    layer_.activationFirst = firstOperand(signed_);
    layer_.weightFirst = firstOperand(weightSigned);
    layer_.skipPadding = spec.attributes.choice("padding", {"lookup", "skip"}) == 1;
    const Clamp clamp = readActivation(spec);
    layer_.activation = {clamp.low, clamp.high};
  }

  void readOutput(OpSpec& spec) {
    ConvGeometry& g = layer_.geometry;
    const bool requantize = spec.attributes.has("outScale");
    Tensor& out = spec.output(0, requantize ? DataType::kU8 : DataType::kF32);
    spec.expectRank(out, 4, 4);
    if (requantize) output_.halo = readSides(spec, "outHalo");
    g.outH = out.shape[2] - output_.halo[0] - output_.halo[2];
    g.outW = out.shape[3] - output_.halo[1] - output_.halo[3];
    if (out.shape[0] != g.batch || out.shape[1] != g.outputs) {
      spec.fail("'" + out.name + "' has the shape " + shapeText(out.shape) + ", expected " +
                std::to_string(g.batch) + " images of " + std::to_string(g.outputs) + " channels");
    }
    expectOutputSize(spec);
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

  void expectOutputSize(OpSpec& spec) const {
    const ConvGeometry& g = layer_.geometry;
    const auto size = [](int64_t input, int64_t before, int64_t after, int64_t kernel, int64_t dilation,
                         int64_t stride) {
      const int64_t room = input + before + after - (kernel - 1) * dilation - 1;
      return room < 0 ? 0 : room / stride + 1;
    };
    if (g.outH != size(g.height, g.pads[0], g.pads[2], g.kernelH, g.dilationH, g.strideH) ||
        g.outW != size(g.width, g.pads[1], g.pads[3], g.kernelW, g.dilationW, g.strideW)) {
      spec.fail("an output of " + std::to_string(g.outH) + "×" + std::to_string(g.outW) +
                " does not follow from its input, window and padding");
    }
  }

  void checkZeroPoints() const {
    for (int64_t o = 0; o < zeroPoints_.count(); ++o) {
      if (zeroPoints_.i32()[o] < -128 || zeroPoints_.i32()[o] > 255)
        throw PlanError("'" + zeroPoints_.name + "' holds a weight zero point that is no code");
    }
  }

  // Chooses and prepares the kernel; with constant weights again only when another LUT was put into the slot.
  void prepare(const std::shared_ptr<const Lut>& lut) {
    if (lut == lut_ && weights_.isConstant() && zeroPoints_.isConstant()) return;
    if (!zeroPoints_.isConstant()) checkZeroPoints();
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
  const Tensor& weights_;
  const Tensor& zeroPoints_;
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
