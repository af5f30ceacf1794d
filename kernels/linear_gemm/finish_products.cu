#include <limits>

#include "../launch.h"
#include "fast_divide.h"
#include "finish_products.h"

namespace approxtorch::cuda {
namespace {

__global__ void finishElements(int64_t count, FastDivisor rows, FastDivisor columns, MatrixView c, float beta,
                               Finish finish, float* results) {
  const int64_t index = globalThread();
  if (index >= count) return;
  float sum = results[index];
  if (c.data != nullptr) {
    const int i = static_cast<int>(index);
    const int line = columns.quotient(i);
    const int row = line - rows.quotient(line) * static_cast<int>(rows.divisor);
    const int column = i - line * static_cast<int>(columns.divisor);
    sum += beta * __ldg(c.data + row * c.rowStride + column * c.columnStride);
  }
  results[index] = finish.apply(sum, index);
}

}  // namespace

void finishProducts(cudaStream_t stream, const ProductShape& shape, const MatrixView& c, float beta,
                    const Finish& finish, float* results) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const bool clamps = finish.clamp.low > -kInfinity || finish.clamp.high < kInfinity;
  if (c.data == nullptr && finish.mask == nullptr && !clamps) return;
  launchEach(stream, shape.products * shape.rows * shape.columns, finishElements, FastDivisor(shape.rows),
             FastDivisor(shape.columns), c, beta, finish, results);
}

}  // namespace approxtorch::cuda
