#include <algorithm>
#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../../native/spec/operands.h"
#include "../../linear_gemm/convolution.h"
#include "../../linear_gemm/device_list.h"
#include "../../scratch_layout.h"
#include "../../table_gradients/input_gradient.h"
#include "../lut/weight_zero_points.h"
#include "table_gradients.h"

namespace approxtorch::cuda {
namespace {

// dX[n, c, i] = mask · Σ_o,tap g[o, p]·s_w[o]·(D[codes[n, c, i]][w[o, c, tap]] − z_w[o])
class TableInputGradient : public Op {
 public:
  explicit TableInputGradient(const lut::LayerInputGradientSpec& spec) : spec_(spec) {
    if (spec.weights.zeroPoints.isConstant()) constantZeroPoints(spec.weights);
    const TapLists lists = inputGradientTaps(lut::convShape(spec.geometry));
    taps_ = deviceList(lists.taps);
    phases_ = deviceList(lists.phases);
    phaseCount_ = static_cast<int>(lists.phases.size());
    phasePositions_ = spec.geometry.batch * lists.phases[0].rows * lists.phases[0].columns;
    for (const Phase& phase : lists.phases) phaseTaps_ = std::max(phaseTaps_, phase.taps);
    phaseTaps_ /= static_cast<int>(spec.geometry.groupOutputs());
  }

  size_t scratchBytes() const override { return layout_.bytes(); }

  void prepare(const LaunchContext& context) override {
    const TableInputProblem p = problem(nullptr);
    layout_ = {};
    columns_ = layout_.add<float>(kOperands * kOperands);
    if (hasFewOutputs(p)) return;
    tiling_ = chooseTiling(p, context.device);
    packed_ = layout_.add<char>(p.packing().bytes());
    if (tiling_.octetTiles > 1) partials_ = layout_.add<float>(tiling_.octetTiles * p.results());
  }

  void launch(const LaunchContext& context) override {
    char* scratch = context.scratchAs<char>();
    auto* columns = reinterpret_cast<float*>(scratch + columns_);
    transposeTable(context.stream, spec_.derivative.f32(), columns);
    const Finish finish{kNoClamp, spec_.mask == nullptr ? nullptr : spec_.mask->u8()};
    const TableInputProblem p = problem(columns);
    if (hasFewOutputs(p)) {
      fewOutputsInputGradient(context.stream, p, finish, spec_.dx.f32());
    } else {
      tableInputGradient(context.stream, p, tiling_, reinterpret_cast<float4*>(scratch + packed_),
                         tiling_.octetTiles > 1 ? reinterpret_cast<float*>(scratch + partials_) : nullptr,
                         finish, spec_.dx.f32());
    }
  }

 private:
  TableInputProblem problem(const float* columns) const {
    const lut::ConvGeometry& g = spec_.geometry;
    const auto narrow = [](int64_t value) { return static_cast<int>(value); };
    return {spec_.g.f32(),
            spec_.codes->u8(),
            spec_.weights.indices.u8(),
            spec_.weights.scales.f32(),
            spec_.weights.zeroPoints.i32(),
            columns,
            taps_.as<Tap>(),
            phases_.as<Phase>(),
            phasePositions_,
            phaseCount_,
            phaseTaps_,
            narrow(g.batch),
            narrow(g.groups),
            narrow(g.groupChannels()),
            narrow(g.groupOutputs()),
            narrow(g.taps()),
            narrow(g.height),
            narrow(g.width),
            narrow(g.outH),
            narrow(g.outW),
            narrow(g.strideH),
            narrow(g.strideW),
            narrow(g.halo[0] * g.rowPitch() + g.halo[1]),
            narrow(g.rowPitch()),
            narrow(g.plane()),
            spec_.codes->indexLo,
            spec_.codes->indexHi};
  }

  lut::LayerInputGradientSpec spec_;
  DeviceBuffer taps_, phases_;
  int phaseCount_, phaseTaps_ = 0;
  int64_t phasePositions_;
  TableInputTiling tiling_{};
  ScratchLayout layout_;
  size_t columns_ = 0, packed_ = 0, partials_ = 0;
};

}  // namespace

OpPointer makeTableInputGradient(const OpSpec& op, const lut::LayerInputGradientSpec& spec) {
  try {
    checkLinearShape(lut::convShape(spec.geometry));
  } catch (const std::invalid_argument& error) {
    op.fail(error.what());
  }
  return std::make_unique<TableInputGradient>(spec);
}

}  // namespace approxtorch::cuda
