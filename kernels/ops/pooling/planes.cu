// GlobalAveragePool, GlobalMaxPool and its gradient: one warp per plane.
#include "../../../native/math/pooling.h"
#include "../../../native/spec/pool_spec.h"
#include "../../warp.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

__global__ void planeMeans(int64_t planes, const float* x, float* y, int64_t size) {
  const int64_t i = globalWarp();
  if (i >= planes) return;
  const float* plane = x + i * size;
  const float sum = foldRow(
      size, 0.0f, [=](int64_t k) { return plane[k]; }, Plus());
  if (laneOfWarp() == 0) y[i] = sum / static_cast<float>(size);
}

__global__ void planeMaxima(int64_t planes, const float* x, float* y, int64_t size) {
  const int64_t i = globalWarp();
  if (i >= planes) return;
  const float* plane = x + i * size;
  const float maximum = foldRow(
      size, -INFINITY, [=](int64_t k) { return plane[k]; }, Maximum());
  if (laneOfWarp() == 0) y[i] = maximum;
}

// Index of the first of the largest of a warp's values; of the first NaN where there is one.
__device__ int64_t firstMaximum(const float* x, int64_t size) {
  // A lane without elements repeats the last one's.
  int64_t first = min(static_cast<int64_t>(laneOfWarp()), size - 1);
  float best = x[first];
  for (int64_t k = first + kWarp; k < size; k += kWarp) {
    if (!isLarger(x[k], best)) continue;
    best = x[k];
    first = k;
  }
  for (int half = kWarp / 2; half > 0; half /= 2) {
    const float other = __shfl_down_sync(kAllLanes, best, half);
    const int64_t index = __shfl_down_sync(kAllLanes, first, half);
    const bool equals = !isLarger(other, best) && !isLarger(best, other);
    if (equals ? index >= first : !isLarger(other, best)) continue;
    best = other;
    first = index;
  }
  return __shfl_sync(kAllLanes, first, 0);
}

// dx may be g or x: a warp has read its plane before it writes.
__global__ void planeMaximumGradients(int64_t planes, const float* g, const float* x, float* dx,
                                      int64_t size) {
  const int64_t i = globalWarp();
  if (i >= planes) return;
  const float gradient = g[i];
  const int64_t winner = firstMaximum(x + i * size, size);
  for (int64_t k = laneOfWarp(); k < size; k += kWarp) dx[i * size + k] = k == winner ? gradient : 0.0f;
}

class GlobalPool : public Op {
 public:
  GlobalPool(const GlobalPoolSpec& spec, bool maximum)
      : spec_(spec), kernel_(maximum ? planeMaxima : planeMeans) {}

  void launch(const LaunchContext& context) override {
    launchWarps(context.stream, spec_.planes, kernel_, spec_.x.f32(), spec_.y.f32(), spec_.size);
  }

 private:
  GlobalPoolSpec spec_;
  void (*kernel_)(int64_t, const float*, float*, int64_t);
};

class GlobalMaxPoolGradient : public Op {
 public:
  explicit GlobalMaxPoolGradient(const GlobalMaxPoolGradientSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    launchWarps(context.stream, spec_.planes, planeMaximumGradients, spec_.g.f32(), spec_.x.f32(),
                spec_.dx.f32(), spec_.size);
  }

 private:
  GlobalMaxPoolGradientSpec spec_;
};

}  // namespace

OpPointer makeGlobalAveragePool(OpSpec& spec) {
  return std::make_unique<GlobalPool>(readGlobalPool(spec), false);
}

OpPointer makeGlobalMaxPool(OpSpec& spec) { return std::make_unique<GlobalPool>(readGlobalPool(spec), true); }

OpPointer makeGlobalMaxPoolGradient(OpSpec& spec) {
  return std::make_unique<GlobalMaxPoolGradient>(readGlobalMaxPoolGradient(spec));
}

}  // namespace approxtorch::cuda
