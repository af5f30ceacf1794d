// Gemm and MatMul.
#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../linear_gemm/dense_gemm.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

DenseGemm denseGemm(const OpSpec& spec, const DenseShape& shape, const std::vector<MatMulSpec::Pair>& pairs) {
  try {
    return DenseGemm(shape, pairs);
  } catch (const std::invalid_argument& error) {
    spec.fail(error.what());
  }
}

class Gemm : public Op {
 public:
  Gemm(const OpSpec& op, const GemmSpec& spec)
      : spec_(spec), gemm_(denseGemm(op, {spec.rows, spec.columns, spec.depth}, {})) {}

  size_t scratchBytes() const override { return gemm_.scratchBytes(); }
  const char* kernel() const override { return gemm_.kernel(); }

  void launch(const LaunchContext& context) override {
    const GemmSpec& s = spec_;
    gemm_.launch(context.stream, context.scratch, {s.a.f32(), s.aStrides.row, s.aStrides.column}, s.alpha,
                 {s.b.f32(), s.bStrides.row, s.bStrides.column},
                 {s.c == nullptr ? nullptr : s.c->f32(), s.cStrides.row, s.cStrides.column}, s.beta,
                 {s.clamp, nullptr}, s.y.f32());
  }

 private:
  GemmSpec spec_;
  DenseGemm gemm_;
};

class MatMul : public Op {
 public:
  MatMul(const OpSpec& op, const MatMulSpec& spec)
      : spec_(spec), gemm_(denseGemm(op, {spec.rows, spec.columns, spec.depth}, spec.pairs)) {}

  size_t scratchBytes() const override { return gemm_.scratchBytes(); }
  const char* kernel() const override { return gemm_.kernel(); }

  void launch(const LaunchContext& context) override {
    const MatMulSpec& s = spec_;
    gemm_.launch(context.stream, context.scratch, {s.a.f32(), s.depth, 1}, 1.0f, {s.b.f32(), s.columns, 1},
                 {nullptr, 0, 0}, 0.0f, {kNoClamp, nullptr}, s.y.f32());
  }

 private:
  MatMulSpec spec_;
  DenseGemm gemm_;
};

}  // namespace

OpPointer makeGemm(OpSpec& spec) { return std::make_unique<Gemm>(spec, readGemm(spec)); }
OpPointer makeMatMul(OpSpec& spec) { return std::make_unique<MatMul>(spec, readMatMul(spec)); }

}  // namespace approxtorch::cuda
