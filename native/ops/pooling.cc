// MaxPool and AveragePool over windows, GlobalMaxPool and GlobalAveragePool over whole planes.
#include "../spec/pool_window.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Pool : public Op {
 public:
  Pool(const Tensor& x, Tensor& y, WindowLayout layout)
      : x_(x.f32()), y_(y.f32()), planes_(x.shape[0] * x.shape[1]), layout_(std::move(layout)) {}

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
  using Pool::Pool;

 protected:
  void runPlane(const WindowLayout& layout, const float* x, float* y, float* work) const override {
    floatKernels().maximumPlane(layout, x, y, work);
  }
};

class AveragePool : public Pool {
 public:
  AveragePool(const Tensor& x, Tensor& y, WindowLayout layout, AverageCounts counts)
      : Pool(x, y, std::move(layout)), counts_(std::move(counts)) {}

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
  PlaneFold(const Tensor& x, Tensor& y, bool maximum)
      : x_(x.f32()), y_(y.f32()), planes_(y.count()), size_(x.count() / y.count()), maximum_(maximum) {}

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

OpPointer makeGlobalPool(OpSpec& spec, bool maximum) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 3, kMaxRank);
  Shape shape(x.shape.size(), 1);
  shape[0] = x.shape[0];
  shape[1] = x.shape[1];
  spec.expectShape(y, shape);
  return std::make_unique<PlaneFold>(x, y, maximum);
}

}  // namespace

OpPointer makeMaxPool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  return std::make_unique<MaxPool>(x, y, WindowLayout(readPool(spec, x, y).plane));
}

OpPointer makeAveragePool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  const PoolWindow pool = readPool(spec, x, y);
  return std::make_unique<AveragePool>(x, y, WindowLayout(pool.plane), readAverageCounts(spec, pool));
}

OpPointer makeGlobalAveragePool(OpSpec& spec) { return makeGlobalPool(spec, false); }

OpPointer makeGlobalMaxPool(OpSpec& spec) { return makeGlobalPool(spec, true); }

}  // namespace approxtorch
