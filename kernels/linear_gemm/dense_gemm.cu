#include <stdexcept>

#include "cublas.h"
#include "dense_gemm.h"
#include "dense_problem.h"
#include "device_list.h"
#include "finish_products.h"
#include "partition.h"

namespace approxtorch::cuda {

struct DenseGemm::State {
  std::shared_ptr<Cublas> cublas;  // null: the kernel below
  MatMulSpec::Pair step{0, 0};     // from each product's factors to the next one's; cuBLAS's
  ProductShape shape{};
  DeviceBuffer pairs;
  DenseProblem problem{};
  int64_t count = 0;
  TiledKernel<DenseProblem> kernel{};
};

namespace {

// Whether the factors of each product lie `step` behind those of the one before.
bool areEven(const std::vector<MatMulSpec::Pair>& pairs, MatMulSpec::Pair& step) {
  if (pairs.size() > 1) step = {pairs[1].a - pairs[0].a, pairs[1].b - pairs[0].b};
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto n = static_cast<int64_t>(i);
    if (pairs[i].a != n * step.a || pairs[i].b != n * step.b) return false;
  }
  return true;
}

}  // namespace

DenseGemm::DenseGemm(const DenseShape& shape, const std::vector<MatMulSpec::Pair>& pairs)
    : state_(std::make_unique<State>()) {
  constexpr int64_t kMost = 1 << 30;
  if (std::max({shape.rows, shape.columns, shape.depth}) > kMost) {
    throw std::invalid_argument("its matrices are too large");
  }
  State& s = *state_;
  s.shape = {std::max<int64_t>(1, static_cast<int64_t>(pairs.size())), shape.rows, shape.columns,
             shape.depth};
  if (areEven(pairs, s.step)) s.cublas = Cublas::forProducts(s.shape);
  if (s.cublas != nullptr) return;
  s.pairs = deviceList(pairs);
  s.problem.pairs = pairs.empty() ? nullptr : s.pairs.as<MatMulSpec::Pair>();
  s.problem.pairCount = s.shape.products;
  s.problem.rows = static_cast<int>(shape.rows);
  s.problem.columns = static_cast<int>(shape.columns);
  s.problem.depth = static_cast<int>(shape.depth);
  s.problem.results.quads = shape.columns % 4 == 0;
  s.count = s.problem.pairCount * shape.rows * shape.columns;
  s.kernel = chooseTile<DenseProblem, Tile<16, 64, 8, 2, 4>, Tile<64, 64, 8, 4, 8>, Tile<128, 128, 8, 8, 8>>(
      s.shape);
}

DenseGemm::~DenseGemm() = default;

size_t DenseGemm::scratchBytes() const {
  const State& s = *state_;
  return s.cublas != nullptr ? s.cublas->workspaceBytes() : s.kernel.scratchBytes(s.count);
}

const char* DenseGemm::kernel() const { return state_->cublas != nullptr ? "cublas" : "tiled"; }

void DenseGemm::launch(cudaStream_t stream, void* scratch, const MatrixView& a, float alpha,
                       const MatrixView& b, const MatrixView& c, float beta, const Finish& finish,
                       float* results) const {
  if (state_->cublas != nullptr) {
    state_->cublas->multiply(stream, scratch, state_->shape, alpha, {a, state_->step.a}, {b, state_->step.b},
                             results);
    finishProducts(stream, state_->shape, c, beta, finish, results);
    return;
  }
  DenseProblem problem = state_->problem;
  problem.a = a;
  problem.alpha = alpha;
  problem.b = b;
  problem.c = c;
  problem.beta = beta;
  problem.finish = finish;
  state_->kernel.launch(stream, problem, scratch, results, state_->count);
}

namespace {

// A convolution of images of one value a channel, or a gradient of one. Its factors' views lack the data.
class DenseLayer : public LinearOp {
 public:
  DenseLayer(const DenseShape& shape, MatrixView a, MatrixView b) : gemm_(shape, {}), a_(a), b_(b) {}

  size_t scratchBytes() const override { return gemm_.scratchBytes(); }
  const char* kernel() const override { return gemm_.kernel(); }
  void launch(cudaStream_t stream, void* scratch, const LinearOperands& o) const override {
    gemm_.launch(stream, scratch, {o.a, a_.rowStride, a_.columnStride}, 1.0f,
                 {o.b, b_.rowStride, b_.columnStride}, {o.bias, 0, 1}, 1.0f, o.finish, o.results);
  }

 private:
  DenseGemm gemm_;
  MatrixView a_, b_;
};

}  // namespace

std::unique_ptr<LinearOp> denseConvolution(const ConvShape& s) {
  return std::make_unique<DenseLayer>(DenseShape{s.batch, s.outputs, s.channels},
                                      MatrixView{nullptr, s.channels, 1}, MatrixView{nullptr, 1, s.channels});
}

std::unique_ptr<LinearOp> denseInputGradient(const ConvShape& s) {
  return std::make_unique<DenseLayer>(DenseShape{s.batch, s.channels, s.outputs},
                                      MatrixView{nullptr, s.outputs, 1}, MatrixView{nullptr, s.channels, 1});
}

std::unique_ptr<LinearOp> denseWeightGradient(const ConvShape& s) {
  return std::make_unique<DenseLayer>(DenseShape{s.outputs, s.channels, s.batch},
                                      MatrixView{nullptr, 1, s.outputs}, MatrixView{nullptr, s.channels, 1});
}

}  // namespace approxtorch::cuda
