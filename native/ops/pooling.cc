// MaxPool and AveragePool over windows, GlobalMaxPool and GlobalAveragePool over whole planes.
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// Taps of the windows along one axis that count for the divisor of an average.
std::vector<float> countTaps(int64_t outputs, int64_t stride, int64_t padding, int64_t kernel,
                             int64_t dilation, int64_t low, int64_t high) {
  std::vector<float> counts;
  for (int64_t o = 0; o < outputs; ++o) {
    const int64_t first = o * stride - padding;
    int64_t count = 0;
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t position = first + k * dilation;
      if (position >= low && position < high) ++count;
    }
    counts.push_back(static_cast<float>(std::max<int64_t>(1, count)));  // the sum of no taps is 0
  }
  return counts;
}

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
  // rows, columns: numbers of taps that count in each row and column of windows.
  AveragePool(const Tensor& x, Tensor& y, WindowLayout layout, std::vector<float> rows,
              std::vector<float> columns)
      : Pool(x, y, std::move(layout)), rows_(std::move(rows)), columns_(std::move(columns)) {}

 protected:
  void runPlane(const WindowLayout& layout, const float* x, float* y, float* work) const override {
    floatKernels().averagePlane(layout, x, rows_.data(), columns_.data(), y, work);
  }

 private:
  std::vector<float> rows_, columns_;
};

struct PoolSpec {
  WindowSpec window;
  WindowLayout layout;
};

PoolSpec readPool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  const Tensor& y = spec.output(0);
  spec.expectRank(x, 4, 4);
  spec.expectRank(y, 4, 4);
  const std::vector<int64_t> kernel = spec.attributes.integers("kernel", 2, 1, kMaxWindow);
  const WindowSpec w = readWindow(spec, kernel[0], kernel[1]);
  const WindowCount rows =
      windowCount(spec, x.shape[2], w.padTop + w.padBottom, w.kernelH, w.strideH, w.dilationH);
  const WindowCount columns =
      windowCount(spec, x.shape[3], w.padLeft + w.padRight, w.kernelW, w.strideW, w.dilationW);
  // With ceil_mode the last window may run past the padded edge; one that begins there may be left out.
  const auto fits = [](int64_t size, WindowCount count) { return size >= count.floor && size <= count.ceil; };
  spec.expectShape(y, {x.shape[0], x.shape[1], fits(y.shape[2], rows) ? y.shape[2] : rows.floor,
                       fits(y.shape[3], columns) ? y.shape[3] : columns.floor});
  return {w, windowLayout(spec, w, x.shape[2], x.shape[3], y.shape[2], y.shape[3])};
}

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
  const PoolSpec pool = readPool(spec);
  return std::make_unique<MaxPool>(spec.input(0), spec.output(0), pool.layout);
}

OpPointer makeAveragePool(OpSpec& spec) {
  const auto [w, layout] = readPool(spec);
  const PlaneWindow& plane = layout.window;
  const bool includePad = spec.attributes.flag("countIncludePad");
  // Taps beyond the padded edge never count.
  std::vector<float> rows =
      countTaps(plane.outHeight, w.strideH, w.padTop, w.kernelH, w.dilationH, includePad ? -w.padTop : 0,
                plane.height + (includePad ? w.padBottom : 0));
  std::vector<float> columns =
      countTaps(plane.outWidth, w.strideW, w.padLeft, w.kernelW, w.dilationW, includePad ? -w.padLeft : 0,
                plane.width + (includePad ? w.padRight : 0));
  return std::make_unique<AveragePool>(spec.input(0), spec.output(0), layout, std::move(rows),
                                       std::move(columns));
}

OpPointer makeGlobalAveragePool(OpSpec& spec) { return makeGlobalPool(spec, false); }

OpPointer makeGlobalMaxPool(OpSpec& spec) { return makeGlobalPool(spec, true); }

}  // namespace approxtorch
