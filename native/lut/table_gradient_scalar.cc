#include "table_gradient.h"

namespace approxtorch::lut {
namespace {

void packRows(const RowPack& pack) {
  for (int64_t r = 0; r < pack.rows; ++r) {
    for (int j = 0; j < kRow; ++j) {
      pack.out[r * pack.pitch + j] = (pack.columns[j][r] - pack.offsets[j]) * pack.scales[j];
    }
  }
}

void dotRows(const DotPass& pass) {
  for (int64_t m = 0; m < pass.count; ++m) {
    const int64_t row = pass.codes[pass.positions[m]] - pass.rowLo;
    const float* table = pass.tables + row * pass.taps * kRow;
    float sums[kRow] = {};
    for (int t = 0; t < pass.taps; ++t) {
      const float* gradient = pass.rows + pass.gradients[m * pass.taps + t];
      for (int j = 0; j < kRow; ++j) sums[j] += table[t * kRow + j] * gradient[j];
    }
    float sum = 0.0f;
    for (const float part : sums) sum += part;
    pass.sums[m] = sum;
  }
}

void sumRows(const SumPass& pass) {
  for (int64_t m = 0; m < pass.count; ++m) {
    const float* gradient = pass.rows + pass.gradients[m];
    for (int t = 0; t < pass.taps; ++t) {
      const int64_t row = pass.codes[pass.positions[m] + pass.offsets[t]] - pass.rowLo;
      const float* table = pass.tables[t] + row * kRow;
      for (int j = 0; j < kRow; ++j) {
        pass.sums[t * kRow + j] += gradient[j] * (table[j] - pass.zeroPoint);
      }
    }
  }
}

}  // namespace

const TableGradientKernels* scalarTableGradientKernels() {
  static const TableGradientKernels kernels = {packRows, dotRows, sumRows};
  return &kernels;
}

}  // namespace approxtorch::lut
