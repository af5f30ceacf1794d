// ReduceMean and ReduceSum.
#include "../../../native/spec/reduce_spec.h"
#include "../../warp.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// Elements of a row that a warp sums in float32: enough of them to hide its latency.
constexpr int64_t kRun = 4096;

// Axes that a kernel can be given.
struct DeviceAxes {
  int rank;
  ReduceAxis axes[kMaxRank];

  explicit DeviceAxes(const std::vector<ReduceAxis>& given) : rank(static_cast<int>(given.size())), axes{} {
    for (size_t i = 0; i < given.size(); ++i) axes[i] = given[i];
  }

  // Sum of index·stride over the axes, for the row-major index.
  __device__ int64_t offset(int64_t index) const {
    int64_t offset = 0;
    for (int i = rank - 1; i > 0; --i) {
      offset += index % axes[i].size * axes[i].stride;
      index /= axes[i].size;
    }
    return rank > 0 ? offset + index * axes[0].stride : 0;
  }
};

struct Runs {
  int64_t row;     // elements
  int64_t perRow;  // runs of a row
  int64_t perSum;  // of all rows that are summed
};

// The sums of runs, those of one element of the output one behind the other.
__global__ void sumRuns(int64_t count, const float* x, float* sums, DeviceAxes kept, DeviceAxes reduced,
                        Runs runs) {
  const int64_t i = globalWarp();
  if (i >= count) return;
  const int64_t term = i % runs.perSum;
  const int64_t first = term % runs.perRow * kRun;
  const float* run = x + kept.offset(i / runs.perSum) + reduced.offset(term / runs.perRow) + first;
  const float sum = foldRow(
      min(kRun, runs.row - first), 0.0f, [=](int64_t k) { return run[k]; }, Plus());
  if (laneOfWarp() == 0) sums[i] = sum;
}

__global__ void addRuns(int64_t count, const float* sums, float* y, int64_t runs, float divisor) {
  const int64_t i = globalWarp();
  if (i >= count) return;
  // The runs may be many, and cancel.
  const double sum = foldRow(
      runs, 0.0, [=](int64_t k) { return sums[i * runs + k]; }, Plus());
  if (laneOfWarp() == 0) y[i] = static_cast<float>(sum / divisor);
}

// Sums across rows.
__global__ void sumColumns(int64_t count, const float* x, float* y, DeviceAxes kept, DeviceAxes reduced,
                           int64_t row, int64_t terms, float divisor) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const float* column = x + kept.offset(i / row) + i % row;
  float sum = 0.0f;
  for (int64_t t = 0; t < terms; ++t) sum += column[reduced.offset(t)];
  y[i] = sum / divisor;
}

class Reduce : public Op {
 public:
  explicit Reduce(const ReduceSpec& spec)
      : x_(spec.x),
        y_(spec.y),
        kept_(spec.kept),
        reduced_(spec.reduced),
        row_(spec.row),
        terms_(countOf(spec.reduced)),
        runsPerRow_(ceilDivide(spec.row, kRun)),
        reducesRows_(spec.reducesRows),
        divisor_(spec.divisor) {}

  size_t scratchBytes() const override {
    return reducesRows_ ? static_cast<size_t>(y_.count() * terms_ * runsPerRow_) * sizeof(float) : 0;
  }

  void launch(const LaunchContext& context) override {
    if (!reducesRows_) {
      launchEach(context.stream, y_.count(), sumColumns, x_.f32(), y_.f32(), kept_, reduced_, row_, terms_,
                 divisor_);
      return;
    }
    auto* sums = context.scratchAs<float>();
    const int64_t runs = terms_ * runsPerRow_;
    launchWarps(context.stream, y_.count() * runs, sumRuns, x_.f32(), sums, kept_, reduced_,
                Runs{row_, runsPerRow_, runs});
    launchWarps(context.stream, y_.count(), addRuns, sums, y_.f32(), runs, divisor_);
  }

 private:
  const Tensor& x_;
  Tensor& y_;
  DeviceAxes kept_, reduced_;
  int64_t row_, terms_, runsPerRow_;
  bool reducesRows_;
  float divisor_;
};

}  // namespace

OpPointer makeReduceMean(OpSpec& spec) { return std::make_unique<Reduce>(readReduceMean(spec)); }

OpPointer makeReduceSum(OpSpec& spec) { return std::make_unique<Reduce>(readReduceSum(spec)); }

}  // namespace approxtorch::cuda
