#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../../native/spec/operands.h"
#include "../../linear_gemm/convolution.h"
#include "../../linear_gemm/sum_parts.h"
#include "../../scratch_layout.h"
#include "../../table_gradients/weight_gradient.h"
#include "../lut/weight_zero_points.h"
#include "table_gradients.h"
#include "weight_clipping.h"

namespace approxtorch::cuda {
namespace {

// dW[o, c, tap] = m_w · Σ_p g[o, p]·s_a·(D[code of (c, tap) at p][w[o, c, tap]] − z_a)
class TableWeightGradient : public Op {
 public:
  explicit TableWeightGradient(const lut::LayerWeightGradientSpec& spec) : spec_(spec) {
    if (spec.weights.zeroPoints.isConstant()) constantZeroPoints(spec.weights);
  }

  size_t scratchBytes() const override { return layout_.bytes(); }
  std::string faultText(const Fault&) const override { return lut::noQParamsText(spec_.qparams); }

  void prepare(const LaunchContext& context) override {
    const TableWeightProblem p = problem(nullptr);
    tiling_ = chooseTiling(p, context.device);
    layout_ = {};
    columns_ = layout_.add<float>(kOperands * kOperands);
    packed_ = layout_.add<char>(p.packing().bytes());
    places_ = layout_.add<TermPlace>(p.positions());
    if (tiling_.parts > 1) partials_ = layout_.add<float>(tiling_.parts * spec_.dw.count());
  }

  void launch(const LaunchContext& context) override {
    char* scratch = context.scratchAs<char>();
    auto* columns = reinterpret_cast<float*>(scratch + columns_);
    transposeTable(context.stream, spec_.derivative.f32(), columns);
    float* dw = spec_.dw.f32();
    float* results = tiling_.parts > 1 ? reinterpret_cast<float*>(scratch + partials_) : dw;
    tableWeightGradient(context.stream, problem(columns), tiling_,
                        reinterpret_cast<float4*>(scratch + packed_),
                        reinterpret_cast<TermPlace*>(scratch + places_), results, context.fault);
    if (tiling_.parts > 1) {
      sumParts(context.stream, results, tiling_.parts, spec_.dw.count(), {kNoClamp, nullptr}, dw);
    }
    clearClippedWeights(context.stream, spec_.weights, spec_.clipping, dw);
  }

 private:
  TableWeightProblem problem(const float* columns) const {
    const lut::ConvGeometry& g = spec_.geometry;
    const auto narrow = [](int64_t value) { return static_cast<int>(value); };
    return {spec_.g.f32(),
            spec_.codes.u8(),
            spec_.weights.indices.u8(),
            columns,
            ActivationPairs(spec_.qparams, g.batch, spec_.activationSigned, spec_.codes),
            PlaneWalk(g.outH, g.outW),
            narrow(g.batch),
            narrow(g.outPlane()),
            narrow(g.groups),
            narrow(g.groupOutputs()),
            narrow(g.groupChannels()),
            narrow(g.reduction()),
            narrow(g.kernelW),
            narrow(g.taps()),
            narrow(g.height),
            narrow(g.width),
            narrow(g.strideH),
            narrow(g.strideW),
            narrow(g.dilationH),
            narrow(g.dilationW),
            narrow(g.pads[0]),
            narrow(g.pads[1]),
            narrow(g.halo[0] * g.rowPitch() + g.halo[1]),
            narrow(g.rowPitch()),
            narrow(g.plane()),
            spec_.skipPadding};
  }

  lut::LayerWeightGradientSpec spec_;
  TableWeightTiling tiling_{};
  ScratchLayout layout_;
  size_t columns_ = 0, packed_ = 0, places_ = 0, partials_ = 0;
};

}  // namespace

OpPointer makeTableWeightGradient(const OpSpec& op, const lut::LayerWeightGradientSpec& spec) {
  try {
    checkLinearShape(lut::convShape(spec.geometry));
  } catch (const std::invalid_argument& error) {
    op.fail(error.what());
  }
  return std::make_unique<TableWeightGradient>(spec);
}

}  // namespace approxtorch::cuda
