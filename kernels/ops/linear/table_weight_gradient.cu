#include <algorithm>
#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../../native/spec/operands.h"
#include "../../launch.h"
#include "../../linear_gemm/convolution.h"
#include "../../linear_gemm/plane_walk.h"
#include "../../linear_gemm/sum_parts.h"
#include "../../scratch_layout.h"
#include "../lut/activation_pairs.h"
#include "../lut/weight_zero_points.h"
#include "table_gradients.h"
#include "weight_clipping.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 128;
constexpr int kOutputs = 8;                          // of a block
constexpr int64_t kWantedBlocks = 2112;              // sixteen for each multiprocessor of the larger devices
constexpr int64_t kFewestTerms = 8 * kBlockThreads;  // of a part

struct TableWeightProblem {
  const float* gradients;  // [batch, groups·groupOutputs, outPlane]
  const uint8_t* codes;
  const uint8_t* indices;  // [groups·groupOutputs, depth]
  const float* columns;    // [weight index][activation index]
  float* results;          // [parts, groups·groupOutputs, depth]
  ActivationPairs pairs;
  PlaneWalk walk;  // over the output
  int outPlane, outputs, groupOutputs, groupChannels, channels, depth, kernelW, kernelTaps;
  int height, width, strideH, strideW, dilationH, dilationW, padTop, padLeft;
  int codeOrigin, codePitch, codePlane;
  int positions, partPositions, outputTiles, groups;
  bool skipPadding;
};

// A block sums the terms of a part for one tap of up to kOutputs output channels.
__global__ void __launch_bounds__(kBlockThreads)
    tableWeightGradient(TableWeightProblem p, FaultReport fault) {
  constexpr int kWarp = 32;
  __shared__ float threadSums[kOutputs][kBlockThreads];
  int64_t block = blockIdx.x;
  const int k = static_cast<int>(block % p.depth);
  block /= p.depth;
  const int tile = static_cast<int>(block % p.outputTiles);
  block /= p.outputTiles;
  const int group = static_cast<int>(block % p.groups), part = static_cast<int>(block / p.groups);
  const int first = group * p.groupOutputs + tile * kOutputs;
  const int count = min(kOutputs, p.groupOutputs - tile * kOutputs);
  const int channel = group * p.groupChannels + k / p.kernelTaps;
  const int tapY = k % p.kernelTaps / p.kernelW * p.dilationH - p.padTop;
  const int tapX = k % p.kernelW * p.dilationW - p.padLeft;

  int columns[kOutputs];
  float sums[kOutputs];
#pragma unroll
  for (int j = 0; j < kOutputs; ++j) {
    columns[j] = p.indices[int64_t{first + min(j, count - 1)} * p.depth + k] * kOperands;
    sums[j] = 0.0f;
  }
  const int begin = part * p.partPositions, end = min(begin + p.partPositions, p.positions);
  for (int position = begin + static_cast<int>(threadIdx.x); position < end; position += kBlockThreads) {
    int image, y, x;
    p.walk.find(position, image, y, x);
    const float* gradients =
        p.gradients + (int64_t{image} * p.outputs + first) * p.outPlane + (position - image * p.outPlane);
    y = y * p.strideH + tapY;
    x = x * p.strideW + tapX;
    const bool inside = static_cast<unsigned>(y) < static_cast<unsigned>(p.height) &&
                        static_cast<unsigned>(x) < static_cast<unsigned>(p.width);
    if (!inside && p.skipPadding) continue;
    const ActivationPairs::Pair pair = p.pairs.of(image / p.pairs.perSet, fault);
    const int64_t plane = int64_t{image} * p.channels + channel;
    const int code =
        inside ? p.codes[plane * p.codePlane + p.codeOrigin + y * p.codePitch + x] : pair.zeroIndex;
    const auto zeroPoint = static_cast<float>(pair.zeroIndex + p.pairs.first);
#pragma unroll
    for (int j = 0; j < kOutputs; ++j) {
      if (j >= count) break;
      const float gradient = pair.scale * __ldg(gradients + j * p.outPlane);
      sums[j] = fmaf(gradient, __ldg(p.columns + columns[j] + code) - zeroPoint, sums[j]);
    }
  }
#pragma unroll
  for (int j = 0; j < kOutputs; ++j) threadSums[j][threadIdx.x] = sums[j];
  __syncthreads();
  for (int j = static_cast<int>(threadIdx.x) / kWarp; j < count; j += kBlockThreads / kWarp) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    float sum = 0.0f;
    for (int i = lane; i < kBlockThreads; i += kWarp) sum += threadSums[j][i];
    for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) sum += __shfl_down_sync(0xffffffffu, sum, lanes);
    if (lane == 0) p.results[(int64_t{part} * p.outputs + first + j) * p.depth + k] = sum;
  }
}

// dW[o, c, tap] = m_w · Σ_p g[o, p]·s_a·(D[code of (c, tap) at p][w[o, c, tap]] − z_a)
class TableWeightGradient : public Op {
 public:
  explicit TableWeightGradient(const lut::LayerWeightGradientSpec& spec)
      : spec_(spec), pairs_(spec.qparams, spec.geometry.batch, spec.activationSigned, spec.codes) {
    if (spec.weights.zeroPoints.isConstant()) constantZeroPoints(spec.weights);
    const lut::ConvGeometry& g = spec.geometry;
    blocks_ = g.reduction() * ceilDivide(g.groupOutputs(), kOutputs) * g.groups;
    const int64_t wanted =
        std::clamp<int64_t>(kWantedBlocks / blocks_, 1, ceilDivide(g.positions(), kFewestTerms));
    partPositions_ = ceilDivide(g.positions(), wanted);
    parts_ = ceilDivide(g.positions(), partPositions_);
    columns_ = layout_.add<float>(kOperands * kOperands);
    if (parts_ > 1) partials_ = layout_.add<float>(parts_ * spec.dw.count());
  }

  size_t scratchBytes() const override { return layout_.bytes(); }
  std::string faultText(const Fault&) const override { return lut::noQParamsText(spec_.qparams); }

  void launch(const LaunchContext& context) override {
    auto* columns = reinterpret_cast<float*>(context.scratchAs<char>() + columns_);
    float* dw = spec_.dw.f32();
    float* results = parts_ > 1 ? reinterpret_cast<float*>(context.scratchAs<char>() + partials_) : dw;
    transposeTable(context.stream, spec_.derivative.f32(), columns);
    cuda::launch(context.stream, tableWeightGradient, {blocks_ * parts_}, kBlockThreads, 0,
                 problem(columns, results), context.fault);
    if (parts_ > 1) {
      sumParts(context.stream, results, static_cast<int>(parts_), spec_.dw.count(), {kNoClamp, nullptr}, dw);
    }
    clearClippedWeights(context.stream, spec_.weights, spec_.clipping, dw);
  }

 private:
  TableWeightProblem problem(const float* columns, float* results) const {
    const lut::ConvGeometry& g = spec_.geometry;
    const auto narrow = [](int64_t value) { return static_cast<int>(value); };
    return {spec_.g.f32(),
            spec_.codes.u8(),
            spec_.weights.indices.u8(),
            columns,
            results,
            pairs_,
            PlaneWalk(g.outH, g.outW),
            narrow(g.outPlane()),
            narrow(g.outputs),
            narrow(g.groupOutputs()),
            narrow(g.groupChannels()),
            narrow(g.channels),
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
            narrow(g.positions()),
            narrow(partPositions_),
            narrow(ceilDivide(g.groupOutputs(), kOutputs)),
            narrow(g.groups),
            spec_.skipPadding};
  }

  lut::LayerWeightGradientSpec spec_;
  ActivationPairs pairs_;
  int64_t blocks_, partPositions_, parts_;
  ScratchLayout layout_;
  size_t columns_ = 0, partials_ = 0;
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
