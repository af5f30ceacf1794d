#include "device_list.h"
#include "partition.h"
#include "weight_gemm.h"
#include "weight_problem.h"

namespace approxtorch::cuda {
namespace {

WeightProblem problemOf(const ConvShape& s) {
  return {nullptr,
          nullptr,
          {nullptr, 0, s.depth() % 4 == 0},
          {},
          nullptr,
          static_cast<int>(s.groups),
          static_cast<int>(s.groupOutputs()),
          static_cast<int>(s.depth()),
          0,
          0,
          static_cast<int>(s.height),
          static_cast<int>(s.width),
          static_cast<int>(s.batch * s.outPlane()),
          FastDivisor(s.outPlane()),
          FastDivisor(s.outWidth),
          s.channels * s.plane(),
          s.groupChannels() * s.plane(),
          static_cast<int>(s.strideH),
          static_cast<int>(s.strideW),
          static_cast<int>(s.padTop),
          static_cast<int>(s.padLeft),
          0};
}

class WeightGemm : public LinearOp {
 public:
  explicit WeightGemm(const ConvShape& s)
      : count_(s.outputs * s.depth()),
        taps_(deviceList(forwardTaps(s).taps)),
        problem_(problemOf(s)),
        kernel_(chooseTile<WeightProblem, Tile<16, 144, 16, 2, 12>, Tile<16, 32, 16, 2, 4>,
                           Tile<32, 96, 16, 4, 8>, Tile<64, 64, 16, 4, 8>, Tile<128, 128, 8, 8, 8, 2>>(
            {s.groups, s.groupOutputs(), s.depth(), s.batch * s.outPlane()})) {
    problem_.taps = taps_.as<Tap>();
  }

  size_t scratchBytes() const override { return kernel_.scratchBytes(count_); }
  const char* kernel() const override { return "tiled"; }

  void launch(cudaStream_t stream, void* scratch, const LinearOperands& operands) const override {
    WeightProblem problem = problem_;
    problem.gradients = operands.a;
    problem.images = operands.b;
    problem.finish = operands.finish;
    kernel_.launch(stream, problem, scratch, operands.results, count_);
  }

 private:
  int64_t count_;
  DeviceBuffer taps_;
  WeightProblem problem_;
  TiledKernel<WeightProblem> kernel_;
};

}  // namespace

std::unique_ptr<LinearOp> tiledWeightGradient(const ConvShape& shape) {
  return std::make_unique<WeightGemm>(shape);
}

}  // namespace approxtorch::cuda
