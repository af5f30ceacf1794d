#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../../native/spec/operands.h"
#include "../../launch.h"
#include "../../linear_gemm/convolution.h"
#include "../../linear_gemm/device_list.h"
#include "../../linear_gemm/finish.h"
#include "../../linear_gemm/taps.h"
#include "../../scratch_layout.h"
#include "../lut/weight_zero_points.h"
#include "table_gradients.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 128;
constexpr int kPositions = 4;  // of a thread

struct TableInputProblem {
  const float* gradients;  // [batch, groups·groupOutputs, outHeight, outWidth]
  const uint8_t* codes;
  const uint8_t* indices;  // [groups·groupOutputs, depth]
  const float* scales;
  const int32_t* zeroPoints;
  const float* columns;  // [weight index][activation index]
  float* dx;             // [batch, groups·groupChannels, height, width]
  Finish finish;
  const Tap* taps;
  const Phase* phases;
  int64_t tiles;  // of positions
  int phaseCount, batch, groupChannels, groupOutputs, channels, depth, kernelTaps;
  int height, width, outHeight, outWidth, strideH, strideW;
  int codeOrigin, codePitch, codePlane;
};

// A term of the sum, the same for all positions of a channel.
struct alignas(8) TermScale {
  float scale, zeroPoint;
};

// A block computes some positions of one channel. What the taps of a term have in common is in shared memory.
__global__ void __launch_bounds__(kBlockThreads) tableInputGradient(TableInputProblem p) {
  __shared__ Tap terms[kBlockThreads];  // weight: offset of the weight's column
  __shared__ TermScale termScales[kBlockThreads];
  int64_t block = blockIdx.x;
  const int64_t tile = block % p.tiles;
  block /= p.tiles;
  const int channel = static_cast<int>(block % p.channels);
  const Phase phase = p.phases[block / p.channels];
  const int group = channel / p.groupChannels, c = channel % p.groupChannels;
  const int phasePlane = phase.rows * phase.columns;
  const int64_t positions = int64_t{p.batch} * phasePlane;
  const int64_t first = tile * (kBlockThreads * kPositions);
  if (first >= positions) return;

  int row[kPositions], column[kPositions], code[kPositions];
  const float* gradients[kPositions];
  int64_t element[kPositions];
  float sums[kPositions];
#pragma unroll
  for (int i = 0; i < kPositions; ++i) {
    const int64_t position =
        min(first + i * kBlockThreads + static_cast<int64_t>(threadIdx.x), positions - 1);
    const int64_t image = position / phasePlane;
    const int at = static_cast<int>(position - image * phasePlane);
    row[i] = at / phase.columns;
    column[i] = at % phase.columns;
    const int y = phase.y + row[i] * p.strideH, x = phase.x + column[i] * p.strideW;
    const int64_t plane = image * p.channels + channel;
    element[i] = (plane * p.height + y) * p.width + x;
    code[i] = p.codes[plane * p.codePlane + p.codeOrigin + y * p.codePitch + x];
    const int64_t outputs = int64_t{p.channels / p.groupChannels} * p.groupOutputs;
    gradients[i] = p.gradients +
                   (image * outputs + int64_t{group} * p.groupOutputs) * p.outHeight * p.outWidth +
                   int64_t{row[i]} * p.outWidth + column[i];
    sums[i] = 0.0f;
  }
  for (int done = 0; done < phase.taps; done += kBlockThreads) {
    const int count = min(kBlockThreads, phase.taps - done);
    __syncthreads();
    if (static_cast<int>(threadIdx.x) < count) {
      Tap term = p.taps[phase.firstTap + done + static_cast<int>(threadIdx.x)];
      const int output = group * p.groupOutputs + term.weight / p.depth;
      const int64_t weight = int64_t{group} * p.groupOutputs * p.depth + term.weight + c * p.kernelTaps;
      term.weight = p.indices[weight] * kOperands;
      terms[threadIdx.x] = term;
      termScales[threadIdx.x] = {p.scales[output], static_cast<float>(p.zeroPoints[output])};
    }
    __syncthreads();
    for (int k = 0; k < count; ++k) {
      const Tap term = terms[k];
      const TermScale scale = termScales[k];
#pragma unroll
      for (int i = 0; i < kPositions; ++i) {
        const bool inside = static_cast<unsigned>(row[i] + term.y) < static_cast<unsigned>(p.outHeight) &&
                            static_cast<unsigned>(column[i] + term.x) < static_cast<unsigned>(p.outWidth);
        if (!inside) continue;
        const float derivative = scale.scale * (__ldg(p.columns + term.weight + code[i]) - scale.zeroPoint);
        sums[i] = fmaf(__ldg(gradients[i] + term.offset), derivative, sums[i]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < kPositions; ++i) {
    if (first + i * kBlockThreads + static_cast<int64_t>(threadIdx.x) >= positions) continue;
    p.dx[element[i]] = p.finish.apply(sums[i], element[i]);
  }
}

// dX[n, c, i] = mask · Σ_o,tap g[o, p]·s_w[o]·(D[codes[n, c, i]][w[o, c, tap]] − z_w[o])
class TableInputGradient : public Op {
 public:
  explicit TableInputGradient(const lut::LayerInputGradientSpec& spec) : spec_(spec) {
    if (spec.weights.zeroPoints.isConstant()) constantZeroPoints(spec.weights);
    const TapLists lists = inputGradientTaps(lut::convShape(spec.geometry));
    taps_ = deviceList(lists.taps);
    phases_ = deviceList(lists.phases);
    phaseCount_ = static_cast<int>(lists.phases.size());
    const Phase& largest = lists.phases[0];
    tiles_ = ceilDivide(spec.geometry.batch * largest.rows * largest.columns, kBlockThreads * kPositions);
  }

  size_t scratchBytes() const override { return kOperands * kOperands * sizeof(float); }

  void launch(const LaunchContext& context) override {
    const lut::ConvGeometry& g = spec_.geometry;
    const auto narrow = [](int64_t value) { return static_cast<int>(value); };
    auto* columns = context.scratchAs<float>();
    transposeTable(context.stream, spec_.derivative.f32(), columns);
    const TableInputProblem problem{spec_.g.f32(),
                                    spec_.codes->u8(),
                                    spec_.weights.indices.u8(),
                                    spec_.weights.scales.f32(),
                                    spec_.weights.zeroPoints.i32(),
                                    columns,
                                    spec_.dx.f32(),
                                    {kNoClamp, spec_.mask == nullptr ? nullptr : spec_.mask->u8()},
                                    taps_.as<Tap>(),
                                    phases_.as<Phase>(),
                                    tiles_,
                                    phaseCount_,
                                    narrow(g.batch),
                                    narrow(g.groupChannels()),
                                    narrow(g.groupOutputs()),
                                    narrow(g.channels),
                                    narrow(g.reduction()),
                                    narrow(g.taps()),
                                    narrow(g.height),
                                    narrow(g.width),
                                    narrow(g.outH),
                                    narrow(g.outW),
                                    narrow(g.strideH),
                                    narrow(g.strideW),
                                    narrow(g.halo[0] * g.rowPitch() + g.halo[1]),
                                    narrow(g.rowPitch()),
                                    narrow(g.plane())};
    cuda::launch(context.stream, tableInputGradient, {tiles_ * g.channels * phaseCount_}, kBlockThreads, 0,
                 problem);
  }

 private:
  lut::LayerInputGradientSpec spec_;
  DeviceBuffer taps_, phases_;
  int phaseCount_;
  int64_t tiles_;
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
