// Gemm and MatMul.
#include "../cpu/sgemm.h"
#include "../spec/matmul_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

Matrix matrix(const Tensor& tensor, MatrixStrides strides) {
  return {tensor.f32(), strides.row, strides.column};
}

class Gemm : public Op {
 public:
  explicit Gemm(const GemmSpec& spec)
      : spec_(spec), problem_{spec.rows,    spec.columns,
                              spec.depth,   matrix(spec.a, spec.aStrides),
                              spec.alpha,   matrix(spec.b, spec.bStrides),
                              spec.y.f32(), spec.c != nullptr,
                              spec.clamp} {}

  void run(RunContext& context) override {
    if (spec_.c != nullptr) {
      context.pool().parallelFor(problem_.rows, rowsPerGrain(problem_.columns),
                                 [&](int64_t begin, int64_t end, int) {
                                   for (int64_t row = begin; row < end; ++row) startRow(row);
                                 });
    }
    sgemm(context, problem_);
  }

 private:
  void startRow(int64_t row) {
    const float* source = spec_.c->f32() + row * spec_.cStrides.row;
    float* y = problem_.c + row * problem_.columns;
    for (int64_t j = 0; j < problem_.columns; ++j) y[j] = spec_.beta * source[j * spec_.cStrides.column];
  }

  GemmSpec spec_;
  GemmProblem problem_;
};

class MatMul : public Op {
 public:
  explicit MatMul(MatMulSpec spec)
      : spec_(std::move(spec)), problem_{spec_.rows,    spec_.columns,
                                         spec_.depth,   matrix(spec_.a, {spec_.depth, 1}),
                                         1.0f,          matrix(spec_.b, {spec_.columns, 1}),
                                         spec_.y.f32(), false,
                                         kNoClamp} {}

  void run(RunContext& context) override {
    GemmProblem problem = problem_;
    for (const MatMulSpec::Pair& pair : spec_.pairs) {
      problem.a.data = problem_.a.data + pair.a;
      problem.b.data = problem_.b.data + pair.b;
      sgemm(context, problem);
      problem.c += problem.rows * problem.columns;
    }
  }

 private:
  MatMulSpec spec_;
  GemmProblem problem_;
};

}  // namespace

OpPointer makeGemm(OpSpec& spec) { return std::make_unique<Gemm>(readGemm(spec)); }
OpPointer makeMatMul(OpSpec& spec) { return std::make_unique<MatMul>(readMatMul(spec)); }

}  // namespace approxtorch
