// Gradients of MaxPool and AveragePool: one thread per element of dx, which gathers from the windows that
// hold it, tap by tap.
#include "../../../native/math/pooling.h"
#include "../../../native/spec/pool_spec.h"
#include "../../launch.h"
#include "average_counts.h"
#include "factories.h"
#include "window.h"

namespace approxtorch::cuda {
namespace {

constexpr int kNoWinner = -1;

// For every window the index within its plane of the first maximum; kNoWinner where all are −∞.
__global__ void findWinners(int64_t count, const float* x, int32_t* winners, DeviceWindow window) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const PlaneElement at(i, window.rows.windows, window.columns.windows);
  const float* plane = x + at.plane * window.planeSize();
  int firstRow, lastRow, firstColumn, lastColumn;
  window.rows.taps(at.row, firstRow, lastRow);
  window.columns.taps(at.column, firstColumn, lastColumn);
  float best = -INFINITY;
  int winner = kNoWinner;
  for (int ky = firstRow; ky < lastRow; ++ky) {
    const int row = window.rows.position(at.row, ky) * window.columns.size;
    for (int kx = firstColumn; kx < lastColumn; ++kx) {
      const int index = row + window.columns.position(at.column, kx);
      if (!isLarger(plane[index], best)) continue;
      best = plane[index];
      winner = index;
    }
  }
  winners[i] = winner;
}

__global__ void maximumGradients(int64_t count, const float* g, const int32_t* winners, float* dx,
                                 DeviceWindow window) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const PlaneElement at(i, window.rows.size, window.columns.size);
  const int64_t firstWindow = at.plane * window.outPlaneSize();
  const auto index = static_cast<int32_t>(i - at.plane * window.planeSize());
  float sum = 0.0f;
  window.rows.windowsAt(at.row, [&](int oy, int) {
    const int64_t row = firstWindow + oy * window.columns.windows;
    window.columns.windowsAt(at.column, [&](int ox, int) {
      if (winners[row + ox] == index) sum += g[row + ox];
    });
  });
  dx[i] = sum;
}

__global__ void averageGradients(int64_t count, const float* g, float* dx, DeviceWindow window,
                                 const float* rows, const float* columns) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const PlaneElement at(i, window.rows.size, window.columns.size);
  const float* plane = g + at.plane * window.outPlaneSize();
  float sum = 0.0f;
  window.rows.windowsAt(at.row, [&](int oy, int) {
    window.columns.windowsAt(at.column, [&](int ox, int) {
      sum += plane[oy * window.columns.windows + ox] / (rows[oy] * columns[ox]);
    });
  });
  dx[i] = sum;
}

// g where no write to dx changes it: itself, or a copy at `place` where dx lies in its place.
const float* keptGradient(const Tensor& g, const Tensor& dx, float* place, cudaStream_t stream) {
  if (g.data != dx.data) return g.f32();
  check(cudaMemcpyAsync(place, g.data, static_cast<size_t>(g.bytes()), cudaMemcpyDeviceToDevice, stream),
        "copying a gradient");
  return place;
}

class MaxPoolGradient : public Op {
 public:
  explicit MaxPoolGradient(const MaxPoolGradientSpec& spec)
      : g_(spec.g), x_(spec.x), dx_(spec.dx), window_(spec.window) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  // The winners, and a copy of g.
  size_t scratchBytes() const override { return 2 * static_cast<size_t>(g_.bytes()); }

  void launch(const LaunchContext& context) override {
    static_assert(sizeof(int32_t) == sizeof(float), "both parts of the scratch have the size of g");
    auto* winners = context.scratchAs<int32_t>();
    const float* g = keptGradient(g_, dx_, context.scratchAs<float>() + g_.count(), context.stream);
    launchEach(context.stream, g_.count(), findWinners, x_.f32(), winners, window_);
    launchEach(context.stream, dx_.count(), maximumGradients, g, winners, dx_.f32(), window_);
  }

 private:
  const Tensor& g_;
  const Tensor& x_;
  Tensor& dx_;
  DeviceWindow window_;
};

class AveragePoolGradient : public Op {
 public:
  explicit AveragePoolGradient(const AveragePoolGradientSpec& spec)
      : g_(spec.g), dx_(spec.dx), window_(spec.window), counts_(spec.counts) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  // A copy of g.
  size_t scratchBytes() const override { return static_cast<size_t>(g_.bytes()); }

  void launch(const LaunchContext& context) override {
    const float* g = keptGradient(g_, dx_, context.scratchAs<float>(), context.stream);
    launchEach(context.stream, dx_.count(), averageGradients, g, dx_.f32(), window_, counts_.rows(),
               counts_.columns());
  }

 private:
  const Tensor& g_;
  Tensor& dx_;
  DeviceWindow window_;
  DeviceAverageCounts counts_;
};

}  // namespace

OpPointer makeMaxPoolGradient(OpSpec& spec) {
  return std::make_unique<MaxPoolGradient>(readMaxPoolGradient(spec));
}

OpPointer makeAveragePoolGradient(OpSpec& spec) {
  return std::make_unique<AveragePoolGradient>(readAveragePoolGradient(spec));
}

}  // namespace approxtorch::cuda
