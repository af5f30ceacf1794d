// Gradients of MaxPool, AveragePool and GlobalMaxPool. That of GlobalAveragePool is an Expand.
#include "../cpu/gradient_kernels.h"
#include "../spec/pool_window.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class PoolGradient : public Op {
 public:
  PoolGradient(const Tensor& g, Tensor& dx, WindowLayout layout)
      : g_(g.f32()), dx_(dx.f32()), planes_(g.shape[0] * g.shape[1]), layout_(std::move(layout)) {}

  // A plane of dx is written after that of g was read.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    const PlaneWindow& w = layout_.window;
    const int64_t size = w.height * w.width;
    context.pool().parallelFor(planes_, rowsPerGrain(w.outPlane() * w.taps()),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, layout_.gradientFloats());
                                 for (int64_t i = begin; i < end; ++i) {
                                   runPlane(layout_, g_ + i * w.outPlane(), i * size, dx_ + i * size, work);
                                 }
                               });
  }

 protected:
  // first: index of the plane's first element in x
  virtual void runPlane(const WindowLayout& layout, const float* g, int64_t first, float* dx,
                        float* work) const = 0;

 private:
  const float* g_;
  float* dx_;
  int64_t planes_;
  WindowLayout layout_;
};

class MaxPoolGradient : public PoolGradient {
 public:
  MaxPoolGradient(const Tensor& g, const Tensor& x, Tensor& dx, WindowLayout layout)
      : PoolGradient(g, dx, std::move(layout)), x_(x.f32()) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* g, int64_t first, float* dx,
                float* work) const override {
    gradientKernels().maximumPlane(layout, g, x_ + first, dx, work);
  }

 private:
  const float* x_;
};

class AveragePoolGradient : public PoolGradient {
 public:
  AveragePoolGradient(const Tensor& g, Tensor& dx, WindowLayout layout, AverageCounts counts)
      : PoolGradient(g, dx, std::move(layout)), counts_(std::move(counts)) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* g, int64_t, float* dx, float* work) const override {
    gradientKernels().averagePlane(layout, g, counts_.rows.data(), counts_.columns.data(), dx, work);
  }

 private:
  AverageCounts counts_;
};

class GlobalMaxPoolGradient : public Op {
 public:
  GlobalMaxPoolGradient(const Tensor& g, const Tensor& x, Tensor& dx)
      : g_(g.f32()), x_(x.f32()), dx_(dx.f32()), planes_(g.count()), size_(x.count() / g.count()) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    context.pool().parallelFor(planes_, rowsPerGrain(size_), [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t winner = gradientKernels().firstMaximum(x_ + i * size_, size_);
        const float gradient = g_[i];
        std::fill_n(dx_ + i * size_, size_, 0.0f);
        dx_[i * size_ + winner] = gradient;
      }
    });
  }

 private:
  const float* g_;
  const float* x_;
  float* dx_;
  int64_t planes_, size_;
};

}  // namespace

OpPointer makeMaxPoolGradient(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectShape(dx, x.shape);
  return std::make_unique<MaxPoolGradient>(g, x, dx, WindowLayout(readPool(spec, x, g).plane));
}

OpPointer makeAveragePoolGradient(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& g = spec.input(0);
  Tensor& dx = spec.output(0);
  const PoolWindow pool = readPool(spec, dx, g);
  return std::make_unique<AveragePoolGradient>(g, dx, WindowLayout(pool.plane),
                                               readAverageCounts(spec, pool));
}

OpPointer makeGlobalMaxPoolGradient(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectRank(x, 3, kMaxRank);
  Shape shape(x.shape.size(), 1);
  shape[0] = x.shape[0];
  shape[1] = x.shape[1];
  spec.expectShape(g, shape);
  spec.expectShape(dx, x.shape);
  return std::make_unique<GlobalMaxPoolGradient>(g, x, dx);
}

}  // namespace approxtorch
