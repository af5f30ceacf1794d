#include "../../native/spec/operands.h"
#include "../launch.h"
#include "input_gradient.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 128;
constexpr int kPositions = 4;  // of a thread

// A term of the sum, the same for all positions of a channel.
struct alignas(8) TermScale {
  float scale, zeroPoint;
};

// A block computes some positions of one channel. What the taps of a term have in common is in shared memory.
__global__ void __launch_bounds__(kBlockThreads)
    gatherInputGradients(TableInputProblem p, int64_t tiles, Finish finish, float* dx) {
  __shared__ Tap terms[kBlockThreads];  // weight: offset of the weight's column
  __shared__ TermScale termScales[kBlockThreads];
  const int channels = p.groups * p.groupChannels, depth = p.groupChannels * p.kernelTaps;
  int64_t block = blockIdx.x;
  const int64_t tile = block % tiles;
  block /= tiles;
  const int channel = static_cast<int>(block % channels);
  const Phase phase = p.phases[block / channels];
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
    const int64_t plane = image * channels + channel;
    element[i] = (plane * p.height + y) * p.width + x;
    code[i] = p.codes[plane * p.codePlane + p.codeOrigin + y * p.codePitch + x];
    const int64_t outputs = int64_t{p.groups} * p.groupOutputs;
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
      const int output = group * p.groupOutputs + term.weight / depth;
      const int64_t weight = int64_t{group} * p.groupOutputs * depth + term.weight + c * p.kernelTaps;
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
    dx[element[i]] = finish.apply(sums[i], element[i]);
  }
}

}  // namespace

void fewOutputsInputGradient(cudaStream_t stream, const TableInputProblem& problem, const Finish& finish,
                             float* dx) {
  const int64_t tiles = ceilDivide(problem.phasePositions, kBlockThreads * kPositions);
  launch(stream, gatherInputGradients, {tiles * problem.channels() * problem.phaseCount}, kBlockThreads, 0,
         problem, tiles, finish, dx);
}

}  // namespace approxtorch::cuda
