#include "device_list.h"
#include "partition.h"
#include "patch_gemm.h"
#include "patch_problem.h"

namespace approxtorch::cuda {
namespace {

class PatchGemm : public LinearOp {
 public:
  PatchGemm(const TapLists& lists, const PatchProblem& problem)
      : taps_(deviceList(endedByZeros(lists.taps))), phases_(deviceList(lists.phases)), problem_(problem) {
    const Phase& largest = lists.phases[0];
    int32_t depth = 0;
    for (const Phase& phase : lists.phases) depth = std::max(depth, phase.taps);
    problem_.phaseCount = static_cast<int>(lists.phases.size());
    problem_.taps = taps_.as<Tap>();
    problem_.zero = reinterpret_cast<const float*>(problem_.taps + lists.taps.size());
    problem_.phases = phases_.as<Phase>();
    kernel_ = chooseTile<PatchProblem, Tile<16, 256, 8, 4, 8>, Tile<16, 64, 8, 2, 4>, Tile<32, 128, 8, 4, 8>,
                         Tile<64, 64, 8, 4, 8>, Tile<64, 128, 8, 8, 8>>(
        {int64_t{problem.groups} * problem_.phaseCount, problem.rows,
         int64_t{problem.batch} * largest.rows * largest.columns, depth});
  }

  size_t scratchBytes() const override { return kernel_.scratchBytes(count()); }
  const char* kernel() const override { return "tiled"; }

  void launch(cudaStream_t stream, void* scratch, const LinearOperands& operands) const override {
    PatchProblem problem = problem_;
    problem.images = operands.a;
    problem.weights = operands.b;
    problem.bias = operands.bias;
    problem.finish = operands.finish;
    kernel_.launch(stream, problem, scratch, operands.results, count());
  }

 private:
  int64_t count() const {
    return int64_t{problem_.batch} * problem_.groups * problem_.rows * problem_.outHeight * problem_.outWidth;
  }

  DeviceBuffer taps_, phases_;
  PatchProblem problem_;
  TiledKernel<PatchProblem> kernel_;
};

}  // namespace

std::unique_ptr<LinearOp> patchConvolution(const ConvShape& s) {
  PatchProblem p{};
  p.batch = static_cast<int>(s.batch);
  p.groups = static_cast<int>(s.groups);
  p.rows = static_cast<int>(s.groupOutputs());
  p.height = static_cast<int>(s.height);
  p.width = static_cast<int>(s.width);
  p.imageSize = s.channels * s.plane();
  p.groupSize = s.groupChannels() * s.plane();
  p.rowWeights = s.depth();
  p.groupWeights = s.groupOutputs() * s.depth();
  p.strideY = static_cast<int>(s.strideH);
  p.strideX = static_cast<int>(s.strideW);
  p.padTop = static_cast<int>(s.padTop);
  p.padLeft = static_cast<int>(s.padLeft);
  p.outHeight = s.outHeight;
  p.outWidth = s.outWidth;
  p.outStrideY = p.outStrideX = 1;
  p.results.quads = s.outPlane() % 4 == 0;
  return std::make_unique<PatchGemm>(forwardTaps(s), p);
}

std::unique_ptr<LinearOp> patchInputGradient(const ConvShape& s) {
  PatchProblem p{};
  p.batch = static_cast<int>(s.batch);
  p.groups = static_cast<int>(s.groups);
  p.rows = static_cast<int>(s.groupChannels());
  p.height = static_cast<int>(s.outHeight);
  p.width = static_cast<int>(s.outWidth);
  p.imageSize = s.outputs * s.outPlane();
  p.groupSize = s.groupOutputs() * s.outPlane();
  p.rowWeights = s.taps();
  p.groupWeights = s.groupOutputs() * s.depth();
  p.strideY = p.strideX = 1;
  p.outHeight = s.height;
  p.outWidth = s.width;
  p.outStrideY = static_cast<int>(s.strideH);
  p.outStrideX = static_cast<int>(s.strideW);
  p.results.quads = s.plane() % 4 == 0 && s.strideH == 1 && s.strideW == 1;
  return std::make_unique<PatchGemm>(inputGradientTaps(s), p);
}

}  // namespace approxtorch::cuda
