// Softmax, LogSoftmax and their gradients: a warp per row, or a thread per column where neighbours are
// independent.
#include "../../../native/math/normalization.h"
#include "../../../native/spec/softmax_spec.h"
#include "factories.h"
#include "row_softmax.h"

namespace approxtorch::cuda {
namespace {

// y may be x: a lane reads what it writes, and nothing else after its first write.
__global__ void softmaxRows(int64_t rows, const float* x, float* y, int64_t size, bool logarithm) {
  const int64_t row = globalWarp();
  if (row >= rows) return;
  x += row * size;
  y += row * size;
  const RowSoftmax softmax = RowSoftmax::of(size, [=](int64_t i) { return x[i]; });
  const float shift = logf(softmax.sum);
  for (int64_t i = laneOfWarp(); i < size; i += kWarp) {
    y[i] = logarithm ? (x[i] - softmax.top) - shift : softmax.probability(x[i]);
  }
}

// The first element of the column `i` of [outer, size, inner].
__device__ int64_t columnBegin(int64_t i, const SoftmaxAxis& axis) {
  return i / axis.inner * (axis.size * axis.inner) + i % axis.inner;
}

__global__ void softmaxColumns(int64_t columns, const float* x, float* y, SoftmaxAxis axis, bool logarithm) {
  const int64_t i = globalThread();
  if (i >= columns) return;
  const int64_t begin = columnBegin(i, axis), end = begin + axis.size * axis.inner;
  RowSoftmax softmax{x[begin], 0.0f};
  for (int64_t k = begin + axis.inner; k < end; k += axis.inner) softmax.top = Maximum()(softmax.top, x[k]);
  for (int64_t k = begin; k < end; k += axis.inner) softmax.sum += expOf(x[k] - softmax.top);
  const float shift = logf(softmax.sum);
  for (int64_t k = begin; k < end; k += axis.inner) {
    y[k] = logarithm ? (x[k] - softmax.top) - shift : softmax.probability(x[k]);
  }
}

// dx may be g or y, as above.
__global__ void softmaxGradientRows(int64_t rows, const float* g, const float* y, float* dx, int64_t size,
                                    bool logarithm) {
  const int64_t row = globalWarp();
  if (row >= rows) return;
  g += row * size;
  y += row * size;
  dx += row * size;
  const float sum = foldRow(
      size, 0.0f, [=](int64_t i) { return logarithm ? g[i] : g[i] * y[i]; }, Plus());
  for (int64_t i = laneOfWarp(); i < size; i += kWarp)
    dx[i] = logarithm ? logSoftmaxGradientOf(g[i], y[i], sum) : softmaxGradientOf(g[i], y[i], sum);
}

__global__ void softmaxGradientColumns(int64_t columns, const float* g, const float* y, float* dx,
                                       SoftmaxAxis axis, bool logarithm) {
  const int64_t i = globalThread();
  if (i >= columns) return;
  const int64_t begin = columnBegin(i, axis), end = begin + axis.size * axis.inner;
  float sum = 0.0f;
  for (int64_t k = begin; k < end; k += axis.inner) sum += logarithm ? g[k] : g[k] * y[k];
  for (int64_t k = begin; k < end; k += axis.inner)
    dx[k] = logarithm ? logSoftmaxGradientOf(g[k], y[k], sum) : softmaxGradientOf(g[k], y[k], sum);
}

class Softmax : public Op {
 public:
  explicit Softmax(const SoftmaxSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    const auto& [x, y, axis, logarithm] = spec_;
    if (axis.inner == 1) {
      launchWarps(context.stream, axis.outer, softmaxRows, x.f32(), y.f32(), axis.size, logarithm);
    } else {
      launchEach(context.stream, axis.outer * axis.inner, softmaxColumns, x.f32(), y.f32(), axis, logarithm);
    }
  }

 private:
  SoftmaxSpec spec_;
};

class SoftmaxGradient : public Op {
 public:
  explicit SoftmaxGradient(const SoftmaxGradientSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    const auto& [g, y, dx, axis, logarithm] = spec_;
    if (axis.inner == 1) {
      launchWarps(context.stream, axis.outer, softmaxGradientRows, g.f32(), y.f32(), dx.f32(), axis.size,
                  logarithm);
    } else {
      launchEach(context.stream, axis.outer * axis.inner, softmaxGradientColumns, g.f32(), y.f32(), dx.f32(),
                 axis, logarithm);
    }
  }

 private:
  SoftmaxGradientSpec spec_;
};

}  // namespace

OpPointer makeSoftmax(OpSpec& spec) { return std::make_unique<Softmax>(readSoftmax(spec)); }

OpPointer makeLogSoftmax(OpSpec& spec) { return std::make_unique<Softmax>(readLogSoftmax(spec)); }

OpPointer makeSoftmaxGradient(OpSpec& spec) {
  return std::make_unique<SoftmaxGradient>(readSoftmaxGradient(spec));
}

OpPointer makeLogSoftmaxGradient(OpSpec& spec) {
  return std::make_unique<SoftmaxGradient>(readLogSoftmaxGradient(spec));
}

}  // namespace approxtorch::cuda
