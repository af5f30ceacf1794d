// Sums of gradients: over batches, and over all parameters for their norm.
#include <cmath>

#include "../cpu/gradient_kernels.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Accumulate : public Op {
 public:
  Accumulate(Tensor& sum, const Tensor& g, const float* restart)
      : sum_(sum.f32()), g_(g.f32()), restart_(restart), count_(g.count()) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    const bool restarts = *restart_ != 0.0f;
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      if (restarts) {
        std::copy_n(g_ + begin, end - begin, sum_ + begin);
      } else {
        floatKernels().addRow(g_ + begin, sum_ + begin, end - begin);
      }
    });
  }

 private:
  float* sum_;
  const float* g_;
  const float* restart_;
  int64_t count_;
};

class GradientNorm : public Op {
 public:
  GradientNorm(std::vector<const Tensor*> gradients, float* norm) : norm_(norm) {
    for (const Tensor* gradient : gradients) {
      for (int64_t begin = 0; begin < gradient->count(); begin += kGrain) {
        pieces_.push_back({gradient->f32() + begin, std::min(kGrain, gradient->count() - begin)});
      }
    }
  }

  void run(RunContext& context) override {
    const auto count = static_cast<int64_t>(pieces_.size());
    auto* sums = context.sharedScratch<double>(count);
    context.pool().parallelFor(count, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const Piece& piece = pieces_[static_cast<size_t>(i)];
        sums[i] = gradientKernels().sumSquares(piece.data, piece.count);
      }
    });
    double sum = 0.0;
    for (int64_t i = 0; i < count; ++i) sum += sums[i];
    *norm_ = static_cast<float>(std::sqrt(sum));
  }

 private:
  struct Piece {
    const float* data;
    int64_t count;
  };

  std::vector<Piece> pieces_;
  float* norm_;
};

}  // namespace

OpPointer makeAccumulate(OpSpec& spec) {
  spec.expectCounts(3, 3, 1);
  Tensor& sum = outputInPlace(spec, 0, 0);
  const Tensor& g = spec.input(1);
  spec.expectShape(g, sum.shape);
  return std::make_unique<Accumulate>(sum, g, scalarInput(spec, 2));
}

OpPointer makeGradientNorm(OpSpec& spec) {
  constexpr size_t kMaxGradients = 1 << 16;
  spec.expectCounts(1, kMaxGradients, 1);
  std::vector<const Tensor*> gradients;
  for (size_t i = 0; i < spec.inputCount(); ++i) gradients.push_back(&spec.input(i));
  Tensor& norm = spec.output(0);
  spec.expectShape(norm, {1});
  return std::make_unique<GradientNorm>(std::move(gradients), norm.f32());
}

}  // namespace approxtorch
