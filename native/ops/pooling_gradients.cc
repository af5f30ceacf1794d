// Gradients of MaxPool, AveragePool and GlobalMaxPool. That of GlobalAveragePool is an Expand.
#include "../cpu/gradient_kernels.h"
#include "../spec/pool_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class PoolGradient : public Op {
 public:
  PoolGradient(const Tensor& g, Tensor& dx, const PlaneWindow& window)
      : g_(g.f32()), dx_(dx.f32()), planes_(g.shape[0] * g.shape[1]), layout_(window) {}

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
  explicit MaxPoolGradient(const MaxPoolGradientSpec& spec)
      : PoolGradient(spec.g, spec.dx, spec.window), x_(spec.x.f32()) {}

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
  explicit AveragePoolGradient(const AveragePoolGradientSpec& spec)
      : PoolGradient(spec.g, spec.dx, spec.window), counts_(spec.counts) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* g, int64_t, float* dx, float* work) const override {
    gradientKernels().averagePlane(layout, g, counts_.rows.data(), counts_.columns.data(), dx, work);
  }

 private:
  AverageCounts counts_;
};

class GlobalMaxPoolGradient : public Op {
 public:
  explicit GlobalMaxPoolGradient(const GlobalMaxPoolGradientSpec& spec)
      : g_(spec.g.f32()), x_(spec.x.f32()), dx_(spec.dx.f32()), planes_(spec.planes), size_(spec.size) {}

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
  return std::make_unique<MaxPoolGradient>(readMaxPoolGradient(spec));
}

OpPointer makeAveragePoolGradient(OpSpec& spec) {
  return std::make_unique<AveragePoolGradient>(readAveragePoolGradient(spec));
}

OpPointer makeGlobalMaxPoolGradient(OpSpec& spec) {
  return std::make_unique<GlobalMaxPoolGradient>(readGlobalMaxPoolGradient(spec));
}

}  // namespace approxtorch
