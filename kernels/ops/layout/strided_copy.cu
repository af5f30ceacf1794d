// Copies between regular places: Concat, Slice, Transpose.
#include <algorithm>

#include "../../../native/spec/layout_spec.h"
#include "../../broadcast.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

constexpr int kTile = 32;      // of a matrix that is transposed; a row of it is a warp's
constexpr int kTileRows = 8;   // that a block copies at a time
constexpr int kLeastSide = 8;  // of a matrix for which tiles are worth it

struct Element {
  int64_t to;
  float value;
};

// walk: A is x, B is y
__global__ void copyElements(int64_t count, const float* x, float* y, DeviceWalk walk) {
  const auto find = [&](int64_t i) {
    int64_t from;
    Element element;
    walk.find(i, from, element.to);
    element.value = x[from];
    return element;
  };
  eachElement(count, find, [&](int64_t, const Element& element) { y[element.to] = element.value; });
}

// A matrix whose rows are dense in y and whose columns are dense in x.
struct Matrix {
  int64_t rowSize, rowFrom;  // along a row; from one element to the next in x
  int64_t rows, rowTo;       // from one row to the next in y
  uint32_t tilesAlong, tilesDown;
};

__device__ int withinTile(int64_t rest) { return rest < kTile ? static_cast<int>(rest) : kTile; }

// One block per tile, in order of the rows that it reads; outer: the matrices' first elements.
__global__ void __launch_bounds__(kTile* kTileRows)
    transposeTiles(const float* x, float* y, DeviceWalk outer, Matrix matrix) {
  __shared__ float tile[kTile][kTile + 1];
  const uint32_t down = blockIdx.x % matrix.tilesDown;
  const uint32_t along = blockIdx.x / matrix.tilesDown % matrix.tilesAlong;
  int64_t from, to;
  outer.find(blockIdx.x / matrix.tilesDown / matrix.tilesAlong, from, to);
  const int lane = static_cast<int>(threadIdx.x % kTile);
  const int first = static_cast<int>(threadIdx.x / kTile);
  const int64_t firstRow = int64_t{down} * kTile;
  const int64_t firstColumn = int64_t{along} * kTile;
  const int rows = withinTile(matrix.rows - firstRow);
  const int columns = withinTile(matrix.rowSize - firstColumn);
  x += from + firstColumn * matrix.rowFrom + firstRow;
  y += to + firstRow * matrix.rowTo + firstColumn;
  if (lane < rows) {
    for (int c = first; c < columns; c += kTileRows) tile[c][lane] = x[c * matrix.rowFrom + lane];
  }
  __syncthreads();
  if (lane < columns) {
    for (int r = first; r < rows; r += kTileRows) y[r * matrix.rowTo + lane] = tile[lane][r];
  }
}

using Axis = StridedCopySpec::Axis;

BroadcastWalk walkOver(const std::vector<Axis>& axes) {
  BroadcastWalk walk;
  for (const Axis& axis : axes) {
    walk.shape.push_back(axis.size);
    walk.strideA.push_back(axis.from);
    walk.strideB.push_back(axis.to);
  }
  return walk;
}

class Copies : public Op {
 public:
  void add(const float* x, float* y, const std::vector<Axis>& axes) {
    const BroadcastWalk walk = walkOver(axes);
    copies_.push_back({x, y, elementCount(walk.shape), DeviceWalk(walk)});
  }

  void launch(const LaunchContext& context) override {
    for (const Copy& copy : copies_) {
      launchElements(context.stream, copy.count, copyElements, copy.x, copy.y, copy.walk);
    }
  }

 private:
  struct Copy {
    const float* x;
    float* y;
    int64_t count;
    DeviceWalk walk;
  };

  std::vector<Copy> copies_;
};

class TiledTranspose : public Op {
 public:
  // across: the axis along which x is dense; the last one is that of y.
  TiledTranspose(const StridedCopySpec& spec, size_t across)
      : x_(spec.x.f32() + spec.start), y_(spec.y.f32()), outer_(walkOver(outerAxes(spec, across))) {
    const Axis& row = spec.axes.back();
    const Axis& column = spec.axes[across];
    matrix_ = {row.size,
               row.from,
               column.size,
               column.to,
               static_cast<uint32_t>(ceilDivide(row.size, kTile)),
               static_cast<uint32_t>(ceilDivide(column.size, kTile))};
    tiles_ = spec.y.count() / (row.size * column.size) * matrix_.tilesAlong * matrix_.tilesDown;
  }

  void launch(const LaunchContext& context) override {
    cuda::launch(context.stream, transposeTiles, {tiles_}, kTile * kTileRows, 0, x_, y_, outer_, matrix_);
  }

 private:
  static std::vector<Axis> outerAxes(const StridedCopySpec& spec, size_t across) {
    std::vector<Axis> axes = spec.axes;
    axes.pop_back();
    axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(across));
    return axes;
  }

  const float* x_;
  float* y_;
  DeviceWalk outer_;
  Matrix matrix_;
  int64_t tiles_;
};

OpPointer make(const StridedCopySpec& spec) {
  const auto dense = std::find_if(spec.axes.begin(), spec.axes.end(),
                                  [](const Axis& axis) { return axis.from == 1 && axis.size >= kLeastSide; });
  const bool tiled = dense != spec.axes.end() && dense + 1 != spec.axes.end() &&
                     spec.axes.back().size >= kLeastSide && spec.axes.back().from != 1;
  if (tiled) return std::make_unique<TiledTranspose>(spec, static_cast<size_t>(dense - spec.axes.begin()));
  auto copies = std::make_unique<Copies>();
  copies->add(spec.x.f32() + spec.start, spec.y.f32(), spec.axes);
  return copies;
}

OpPointer make(const ConcatSpec& spec) {
  auto copies = std::make_unique<Copies>();
  for (const ConcatSpec::Part& part : spec.parts) {
    std::vector<Axis> axes{{part.size, 1, 1}};
    if (spec.outer > 1) axes.insert(axes.begin(), {spec.outer, part.size, spec.row});
    copies->add(part.x.f32(), spec.y.f32() + part.offset, axes);
  }
  return copies;
}

}  // namespace

OpPointer makeConcat(OpSpec& spec) { return make(readConcat(spec)); }
OpPointer makeSlice(OpSpec& spec) { return make(readSlice(spec)); }
OpPointer makeTranspose(OpSpec& spec) { return make(readTranspose(spec)); }

}  // namespace approxtorch::cuda
