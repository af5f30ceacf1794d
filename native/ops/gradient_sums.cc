// Sums of gradients: over batches, and over all parameters for their norm.
#include <cmath>

#include "../cpu/gradient_kernels.h"
#include "../spec/gradient_sums_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Accumulate : public Op {
 public:
  explicit Accumulate(const AccumulateSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    const bool restarts = *spec_.restart != 0.0f;
    const float* g = spec_.g.f32();
    float* sum = spec_.sum.f32();
    context.pool().parallelFor(spec_.g.count(), kGrain, [&](int64_t begin, int64_t end, int) {
      if (restarts) {
        std::copy_n(g + begin, end - begin, sum + begin);
      } else {
        floatKernels().addRow(g + begin, sum + begin, end - begin);
      }
    });
  }

 private:
  AccumulateSpec spec_;
};

class GradientNorm : public Op {
 public:
  explicit GradientNorm(GradientNormSpec spec) : spec_(std::move(spec)) {}

  void run(RunContext& context) override {
    const auto count = static_cast<int64_t>(spec_.pieces.size());
    auto* sums = context.sharedScratch<double>(count);
    context.pool().parallelFor(count, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const GradientNormSpec::Piece& piece = spec_.pieces[static_cast<size_t>(i)];
        sums[i] = gradientKernels().sumSquares(piece.data, piece.count);
      }
    });
    double sum = 0.0;
    for (int64_t i = 0; i < count; ++i) sum += sums[i];
    *spec_.norm.f32() = static_cast<float>(std::sqrt(sum));
  }

 private:
  GradientNormSpec spec_;
};

}  // namespace

OpPointer makeAccumulate(OpSpec& spec) { return std::make_unique<Accumulate>(readAccumulate(spec)); }
OpPointer makeGradientNorm(OpSpec& spec) { return std::make_unique<GradientNorm>(readGradientNorm(spec)); }

}  // namespace approxtorch
