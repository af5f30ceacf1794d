// MaxPool and AveragePool: one thread per window.
#include "../../../native/math/fold.h"
#include "../../../native/math/pooling.h"
#include "../../../native/spec/pool_spec.h"
#include "../../launch.h"
#include "average_counts.h"
#include "factories.h"
#include "window.h"

namespace approxtorch::cuda {
namespace {

// start combined with the taps of a window of the plane x, in their order.
template <class Combine>
__device__ float foldTaps(const DeviceWindow& window, const float* x, int oy, int ox, float start,
                          Combine combine) {
  int firstRow, lastRow, firstColumn, lastColumn;
  window.rows.taps(oy, firstRow, lastRow);
  window.columns.taps(ox, firstColumn, lastColumn);
  float folded = start;
  for (int ky = firstRow; ky < lastRow; ++ky) {
    const float* row = x + window.rows.position(oy, ky) * window.columns.size;
    for (int kx = firstColumn; kx < lastColumn; ++kx) {
      folded = combine(folded, row[window.columns.position(ox, kx)]);
    }
  }
  return folded;
}

__global__ void maxima(int64_t count, const float* x, float* y, DeviceWindow window) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const PlaneElement at(i, window.rows.windows, window.columns.windows);
  y[i] = foldTaps(window, x + at.plane * window.planeSize(), at.row, at.column, kLowest, Maximum());
}

__global__ void averages(int64_t count, const float* x, float* y, DeviceWindow window, const float* rows,
                         const float* columns) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const PlaneElement at(i, window.rows.windows, window.columns.windows);
  const float sum = foldTaps(window, x + at.plane * window.planeSize(), at.row, at.column, 0.0f, Plus());
  y[i] = sum / (rows[at.row] * columns[at.column]);
}

class MaxPool : public Op {
 public:
  explicit MaxPool(const MaxPoolSpec& spec) : x_(spec.x), y_(spec.y), window_(spec.window) {}

  void launch(const LaunchContext& context) override {
    launchEach(context.stream, y_.count(), maxima, x_.f32(), y_.f32(), window_);
  }

 private:
  const Tensor& x_;
  Tensor& y_;
  DeviceWindow window_;
};

class AveragePool : public Op {
 public:
  explicit AveragePool(const AveragePoolSpec& spec)
      : x_(spec.x), y_(spec.y), window_(spec.window), counts_(spec.counts) {}

  void launch(const LaunchContext& context) override {
    launchEach(context.stream, y_.count(), averages, x_.f32(), y_.f32(), window_, counts_.rows(),
               counts_.columns());
  }

 private:
  const Tensor& x_;
  Tensor& y_;
  DeviceWindow window_;
  DeviceAverageCounts counts_;
};

}  // namespace

OpPointer makeMaxPool(OpSpec& spec) { return std::make_unique<MaxPool>(readMaxPool(spec)); }

OpPointer makeAveragePool(OpSpec& spec) { return std::make_unique<AveragePool>(readAveragePool(spec)); }

}  // namespace approxtorch::cuda
