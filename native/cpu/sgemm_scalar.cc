// Plain loops that fit the registers of any CPU with 128-bit vectors.
#include "sgemm_kernel.h"

namespace approxtorch {
namespace {

constexpr int kRows = 4;
constexpr int kColumns = 8;

void compute(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
             float low, float high) {
  float acc[kRows][kColumns];
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kColumns; ++j) acc[i][j] = start == nullptr ? c[i * stride + j] : start[i];
  }
  for (int64_t k = 0; k < depth; ++k) {
    for (int i = 0; i < kRows; ++i) {
      const float value = a[k * kRows + i];
      for (int j = 0; j < kColumns; ++j) acc[i][j] += value * b[k * kColumns + j];
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kColumns; ++j) {
      const float raised = acc[i][j] < low ? low : acc[i][j];
      c[i * stride + j] = raised > high ? high : raised;
    }
  }
}

}  // namespace

const GemmTiles kGemmTilesScalar = {{kRows, kColumns, compute}, {kRows, kColumns, compute}};

}  // namespace approxtorch
