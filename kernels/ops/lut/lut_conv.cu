// An approximate Conv, Gemm or MatMul: sums of table entries, then the epilogue.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "../../../native/spec/lut_conv_spec.h"
#include "../../launch.h"
#include "../../lut_gemm/lut_gemm.h"
#include "../../lut_gemm/table.h"
#include "../../scratch_layout.h"
#include "factories.h"
#include "halo.h"
#include "kernel_choice.h"
#include "layer_constants.h"
#include "weight_zero_points.h"

namespace approxtorch::cuda {
namespace {

__global__ void fillHalo(int64_t count, HaloPlanes planes, uint8_t zeroIndex, uint8_t* codes) {
  const int64_t i = globalThread();
  if (i < count && planes.inHalo(i)) codes[i] = zeroIndex;
}

GemmShape gemmShape(const lut::ConvGeometry& g) {
  return {static_cast<int32_t>(g.positions()), static_cast<int32_t>(g.groupOutputs()),
          static_cast<int32_t>(g.reduction()), static_cast<int32_t>(g.groups)};
}

class LutConvOp : public Op {
 public:
  explicit LutConvOp(OpSpec& opSpec)
      : spec_(lut::readLutConv(opSpec)),
        pairs_(spec_.qparams, spec_.geometry.batch, spec_.activationSigned, spec_.codes),
        haveZeroPoints_(findZeroPoints()) {
    const lut::ConvGeometry& g = spec_.geometry;
    if (g.positions() > INT32_MAX || g.batch * g.channels * g.plane() > INT32_MAX) {
      opSpec.fail("its images are too many for the device at once; give a smaller batch");
    }
    const std::vector<int32_t> taps = g.reductionOffsets();
    upload(taps_.reserve(taps.size() * sizeof(int32_t)), taps.data(), taps.size() * sizeof(int32_t),
           "the taps of a layer");
  }

  const char* kernel() const override { return kernel_; }
  size_t scratchBytes() const override { return layout_.bytes(); }
  std::string faultText(const Fault& fault) const override {
    return fault.index < 0 ? lut::noZeroPointText(spec_.weights) : lut::noQParamsText(spec_.qparams);
  }

  void prepare(const LaunchContext& context) override {
    const DeviceLut& lut = context.lut(spec_.slot);
    if (!lut.isSet()) throw PlanError("LUT slot " + std::to_string(spec_.slot) + " was not set");
    const bool constant = spec_.weights.isConstant();
    const GemmOperands gemm = operands(lut.table());
    wide_ = !lut::fitsIn32Bits(spec_.geometry, lut.table().magnitude);
    choose(gemm, *context.kernel, context.device);
    if (family_ == LutKernel::kPackedRows) {
      tiling_ = chooseTiling(gemm.shape, gemm.rows.distinct(), context.device);
      const auto bytes = static_cast<size_t>(rowTableBytes(gemm.shape, gemm.rows.distinct(), tiling_));
      keepsRowTables_ = constant && fitsMemory(bytes);
      if (keepsRowTables_) buildRowTables(gemm, tiling_, reserveRowTables(bytes), context.stream);
    }
    if (constant) {
      sumWeights(weights(), static_cast<int64_t*>(weightSums_.reserve(weightSumBytes())), context.stream);
    }
    placeScratch(gemm);
  }

  void launch(const LaunchContext& context) override {
    if (spec_.requantize) {
      const HaloPlanes planes = outputPlanes();
      if (!planes.bare()) {
        launchEach(context.stream, spec_.out.count(), fillHalo, planes,
                   static_cast<uint8_t>(spec_.requantize->zeroPoint), spec_.out.u8());
      }
    }
    if (wide_) {
      run<int64_t>(context);
    } else {
      run<int32_t>(context);
    }
  }

 private:
  // Where the parts of the working memory begin.
  struct Places {
    size_t weightSums, constants, scales, tapErrors, planeSums, codeSums, rowTables, partials;
  };

  // Whether some weight zero point may be other than 0; those of signed weights are not.
  bool findZeroPoints() const {
    const Tensor& zeroPoints = spec_.weights.zeroPoints;
    if (!zeroPoints.isConstant()) return !spec_.weightSigned;
    const std::vector<int32_t> values = constantZeroPoints(spec_.weights);
    return std::any_of(values.begin(), values.end(), [](int32_t value) { return value != 0; });
  }

  int32_t sets() const { return static_cast<int32_t>(spec_.qparams.shape[0]); }
  size_t weightSumBytes() const { return static_cast<size_t>(spec_.geometry.outputs) * sizeof(int64_t); }

  HaloPlanes outputPlanes() const {
    return {spec_.geometry.outH, spec_.geometry.outW,
            spec_.requantize ? spec_.requantize->halo : std::array<int64_t, 4>{}};
  }

  LayerWeights weights() const {
    const lut::ConvGeometry& g = spec_.geometry;
    return {spec_.weights.indices.u8(),
            spec_.weights.scales.f32(),
            spec_.weights.zeroPoints.i32(),
            static_cast<int32_t>(g.outputs),
            static_cast<int32_t>(g.reduction()),
            static_cast<int32_t>(g.taps()),
            lut::firstOperand(spec_.weightSigned),
            haveZeroPoints_};
  }

  GemmOperands operands(const DeviceTable& table) const {
    const lut::ConvGeometry& g = spec_.geometry;
    const CodePlaces places{
        spec_.codes.u8(),
        taps_.as<int32_t>(),
        g.channels * g.plane(),
        g.groupChannels() * g.plane(),
        static_cast<int32_t>(g.outPlane()),
        static_cast<int32_t>(g.outW),
        static_cast<int32_t>(g.strideH * g.rowPitch()),
        static_cast<int32_t>(g.strideW),
        static_cast<int32_t>((g.halo[0] - g.pads[0]) * g.rowPitch() + g.halo[1] - g.pads[1])};
    return {gemmShape(g), table, rowRange(spec_.codes.indexLo, spec_.codes.indexHi, table.rowShift), places,
            spec_.weights.indices.u8()};
  }

  void choose(const GemmOperands& gemm, const std::string& forced, const DeviceTraits& device) {
    const LutLayer layer{gemm.shape,
                         gemm.rows,
                         gemm.table.narrow != nullptr,
                         fitsDepthwise(gemm) && !wide_,
                         fitsColumns(gemm, device) && !wide_,
                         spec_.weights.isConstant()};
    try {
      family_ = chooseLutKernel(layer, forced, device);
    } catch (const std::invalid_argument& reason) {
      throw PlanError("the kernel '" + forced + "' cannot compute '" + spec_.out.name +
                      "': " + reason.what());
    }
    kernel_ = nameOf(family_);
  }

  // Row tables that stay may take an eighth of what is free.
  bool fitsMemory(size_t bytes) const {
    if (bytes <= rowTables_.bytes()) return true;
    size_t available = 0, all = 0;
    check(cudaMemGetInfo(&available, &all), "the device's memory");
    return bytes <= available / 8;
  }
  int16_t* reserveRowTables(size_t bytes) { return static_cast<int16_t*>(rowTables_.reserve(bytes)); }

  void placeScratch(const GemmOperands& gemm) {
    const lut::ConvGeometry& g = spec_.geometry;
    const int64_t count = sets() * g.outputs;
    layout_ = {};
    if (!spec_.weights.isConstant()) at_.weightSums = layout_.add<int64_t>(g.outputs);
    at_.constants = layout_.add<int64_t>(count);
    at_.scales = layout_.add<float>(count);
    if (spec_.skipPadding) at_.tapErrors = layout_.add<int64_t>(count * g.taps());
    if (haveZeroPoints_) {
      at_.planeSums = layout_.add<int32_t>(codeSumShape().planeSums());
      at_.codeSums = layout_.add<int32_t>(g.groups * g.positions());
    }
    if (family_ != LutKernel::kPackedRows) return;
    if (!keepsRowTables_)
      at_.rowTables = layout_.add<char>(rowTableBytes(gemm.shape, gemm.rows.distinct(), tiling_));
    at_.partials = layout_.add<char>(partialBytes(gemm.shape, tiling_, wide_));
  }

  CodeSums codeSumShape() const {
    const lut::ConvGeometry& g = spec_.geometry;
    return {g.batch,
            static_cast<int32_t>(g.groups),
            static_cast<int32_t>(g.groupChannels()),
            static_cast<int32_t>(g.plane()),
            static_cast<int32_t>(g.taps()),
            static_cast<int32_t>(g.positions())};
  }

  template <class T>
  T* scratch(const LaunchContext& context, size_t offset) const {
    return reinterpret_cast<T*>(context.scratchAs<char>() + offset);
  }

  template <class Sum>
  void run(const LaunchContext& context) const {
    const GemmOperands gemm = operands(context.lut(spec_.slot).table());
    const Epilogue<Sum> epilogue = makeEpilogue<Sum>(gemm, context);
    if (family_ == LutKernel::kGather) {
      gatherGemm(gemm, epilogue, context.stream);
      return;
    }
    if constexpr (sizeof(Sum) == sizeof(int32_t)) {
      if (family_ == LutKernel::kDepthwise) {
        depthwiseGemm(gemm, epilogue, context.stream);
        return;
      }
      if (family_ == LutKernel::kColumns) {
        columnsGemm(gemm, epilogue, context.device, context.stream);
        return;
      }
    }
    int16_t* rowTables = rowTables_.as<int16_t>();
    if (!keepsRowTables_) {
      rowTables = scratch<int16_t>(context, at_.rowTables);
      buildRowTables(gemm, tiling_, rowTables, context.stream);
    }
    packedRowsGemm(gemm, tiling_, rowTables, scratch<int32_t>(context, at_.partials), epilogue,
                   context.stream);
  }

  // Enqueues what the epilogue reads.
  template <class Sum>
  Epilogue<Sum> makeEpilogue(const GemmOperands& gemm, const LaunchContext& context) const {
    const lut::ConvGeometry& g = spec_.geometry;
    int64_t* weightSums = weightSums_.as<int64_t>();
    if (!spec_.weights.isConstant()) {
      weightSums = scratch<int64_t>(context, at_.weightSums);
      sumWeights(weights(), weightSums, context.stream);
    }
    Epilogue<Sum> epilogue{};
    auto* constants = scratch<Sum>(context, at_.constants);
    auto* scales = scratch<float>(context, at_.scales);
    Sum* tapErrors = spec_.skipPadding ? scratch<Sum>(context, at_.tapErrors) : nullptr;
    findConstants(weights(), weightSums, pairs_, sets(), gemm.table, constants, scales, tapErrors,
                  context.fault, context.stream);
    epilogue.constants = constants;
    epilogue.scales = scales;
    epilogue.tapErrors = tapErrors;
    if (haveZeroPoints_) {
      auto* codeSums = scratch<int32_t>(context, at_.codeSums);
      sumCodes(codeSumShape(), gemm.places, scratch<int32_t>(context, at_.planeSums), codeSums,
               context.stream);
      epilogue.codeSums = codeSums;
    }
    epilogue.zeroPoints = spec_.weights.zeroPoints.i32();
    epilogue.bias = spec_.bias == nullptr ? nullptr : spec_.bias->f32();
    epilogue.skipped = {static_cast<int32_t>(g.height),    static_cast<int32_t>(g.width),
                        static_cast<int32_t>(g.kernelH),   static_cast<int32_t>(g.kernelW),
                        static_cast<int32_t>(g.strideH),   static_cast<int32_t>(g.strideW),
                        static_cast<int32_t>(g.dilationH), static_cast<int32_t>(g.dilationW),
                        static_cast<int32_t>(g.pads[0]),   static_cast<int32_t>(g.pads[1])};
    epilogue.positions = gemm.shape.positions;
    epilogue.outputs = static_cast<int32_t>(g.outputs);
    epilogue.groupOutputs = gemm.shape.outputs;
    epilogue.imagesPerSet = static_cast<int32_t>(pairs_.perSet);
    epilogue.low = spec_.clamp.low;
    epilogue.high = spec_.clamp.high;
    setOutput(epilogue);
    return epilogue;
  }

  template <class Sum>
  void setOutput(Epilogue<Sum>& epilogue) const {
    const HaloPlanes planes = outputPlanes();
    epilogue.outPlane = static_cast<int32_t>(spec_.geometry.outPlane());
    epilogue.outWidth = planes.width;
    epilogue.outPitch = planes.pitch;
    epilogue.outOrigin = planes.top * planes.pitch + planes.left;
    epilogue.channelStride = planes.plane();
    if (!spec_.requantize) {
      epilogue.values = spec_.out.f32();
      return;
    }
    const lut::RequantizeSpec& to = *spec_.requantize;
    epilogue.codes = spec_.out.u8();
    epilogue.requantize = {to.scale, static_cast<float>(to.lo - to.zeroPoint),
                           static_cast<float>(to.hi - to.zeroPoint), to.zeroPoint};
  }

  const lut::LutConvSpec spec_;
  const ActivationPairs pairs_;
  const bool haveZeroPoints_;
  DeviceBuffer taps_, weightSums_, rowTables_;
  const char* kernel_ = "";
  LutKernel family_ = LutKernel::kGather;
  Tiling tiling_{};
  bool wide_ = false, keepsRowTables_ = false;
  ScratchLayout layout_;
  Places at_{};
};

}  // namespace

OpPointer makeLutConv(OpSpec& spec) { return std::make_unique<LutConvOp>(spec); }

}  // namespace approxtorch::cuda
