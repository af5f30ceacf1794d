// MaxPool and AveragePool over windows, GlobalMaxPool and GlobalAveragePool over whole planes.
#include "../spec/pool_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Pool : public Op {
 public:
  Pool(const Tensor& x, Tensor& y, const PlaneWindow& window)
      : x_(x.f32()), y_(y.f32()), planes_(x.shape[0] * x.shape[1]), layout_(window) {}

  void run(RunContext& context) override {
    const PlaneWindow& w = layout_.window;
    context.pool().parallelFor(
        planes_, rowsPerGrain(w.outPlane() * w.taps()), [&](int64_t begin, int64_t end, int thread) {
          float* work = context.threadScratch<float>(thread, layout_.workFloats());
          for (int64_t i = begin; i < end; ++i) {
            runPlane(layout_, x_ + i * w.height * w.width, y_ + i * w.outPlane(), work);
          }
        });
  }

 protected:
  virtual void runPlane(const WindowLayout& layout, const float* x, float* y, float* work) const = 0;

 private:
  const float* x_;
  float* y_;
  int64_t planes_;
  WindowLayout layout_;
};

class MaxPool : public Pool {
 public:
  explicit MaxPool(const MaxPoolSpec& spec) : Pool(spec.x, spec.y, spec.window) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* x, float* y, float* work) const override {
    floatKernels().maximumPlane(layout, x, y, work);
  }
};

class AveragePool : public Pool {
 public:
  explicit AveragePool(const AveragePoolSpec& spec)
      : Pool(spec.x, spec.y, spec.window), counts_(spec.counts) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* x, float* y, float* work) const override {
    floatKernels().averagePlane(layout, x, counts_.rows.data(), counts_.columns.data(), y, work);
  }

 private:
  AverageCounts counts_;
};

// Folds every row of `size` elements into one.
class PlaneFold : public Op {
 public:
  PlaneFold(const GlobalPoolSpec& spec, bool maximum)
      : x_(spec.x.f32()), y_(spec.y.f32()), planes_(spec.planes), size_(spec.size), maximum_(maximum) {}

  void run(RunContext& context) override {
    context.pool().parallelFor(planes_, rowsPerGrain(size_), [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const float* plane = x_ + i * size_;
        y_[i] = maximum_ ? floatKernels().maximum(plane, size_)
                         : floatKernels().sum(plane, size_) / static_cast<float>(size_);
      }
    });
  }

 private:
  const float* x_;
  float* y_;
  int64_t planes_, size_;
  bool maximum_;
};

}  // namespace

OpPointer makeMaxPool(OpSpec& spec) { return std::make_unique<MaxPool>(readMaxPool(spec)); }

OpPointer makeAveragePool(OpSpec& spec) { return std::make_unique<AveragePool>(readAveragePool(spec)); }

OpPointer makeGlobalAveragePool(OpSpec& spec) {
  return std::make_unique<PlaneFold>(readGlobalPool(spec), false);
}

OpPointer makeGlobalMaxPool(OpSpec& spec) { return std::make_unique<PlaneFold>(readGlobalPool(spec), true); }

}  // namespace approxtorch
