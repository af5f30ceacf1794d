// Plain loops that fit the registers of any CPU with 128-bit vectors.
#include "indirect_kernels.h"

namespace approxtorch {
namespace {

constexpr int kRows = 4;

template <int Columns>
void productTiles(const IndirectProduct& p) {
  for (int64_t first = 0; first < p.rowCount; first += kRows) {
    float acc[kRows][Columns] = {};
    for (int64_t t = 0; t < p.depth; ++t) {
      const float* source = p.base + p.terms[t];
      const float* b = p.b + t * Columns;
      for (int r = 0; r < kRows; ++r) {
        const float value = source[p.rows[first + r]];
        for (int j = 0; j < Columns; ++j) acc[r][j] += value * b[j];
      }
    }
    for (int r = 0; r < kRows; ++r) {
      for (int j = 0; j < Columns; ++j) {
        float& to = p.c[(p.targets == nullptr ? first + r : p.targets[first + r]) * Columns + j];
        to = p.accumulate ? to + acc[r][j] : acc[r][j];
      }
    }
    fetchSome(*p.ahead);
  }
}

void product(const IndirectProduct& p) { p.columns == 4 ? productTiles<4>(p) : productTiles<8>(p); }

void copyRows(const FrameRows& rows, const float* from, int64_t fromStride, float* to) {
  for (int64_t r = 0; r < rows.count; ++r, from += fromStride, to += rows.pitch) {
    for (int64_t i = 0; i < rows.length; ++i) to[i] = from[i];
    for (int64_t i = rows.length; i < rows.pitch; ++i) to[i] = rows.fill;
  }
}

void decodeRows(const FrameRows& rows, const uint8_t* from, int64_t fromStride, const float* values,
                float* to) {
  for (int64_t r = 0; r < rows.count; ++r, from += fromStride, to += rows.pitch) {
    for (int64_t i = 0; i < rows.length; ++i) to[i] = values[from[i]];
    for (int64_t i = rows.length; i < rows.pitch; ++i) to[i] = rows.fill;
  }
}

void copyMasked(const float* from, const uint8_t* bits, int64_t first, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = bits[(first + i) >> 3] >> ((first + i) & 7) & 1 ? from[i] : 0.0f;
}

void multiplyAdd(float factor, const float* x, float* y, int64_t count) {
  for (int64_t i = 0; i < count; ++i) y[i] += factor * x[i];
}

float dot(const float* x, const float* y, int64_t count) {
  constexpr int kLanes = 8;
  float acc[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) acc[lane] += x[i + lane] * y[i + lane];
  }
  float sum = 0.0f;
  for (; i < count; ++i) sum += x[i] * y[i];
  for (const float lane : acc) sum += lane;
  return sum;
}

}  // namespace

const IndirectKernels kIndirectScalar = {kRows,      8,          4,           product, copyRows,
                                         decodeRows, copyMasked, multiplyAdd, dot};

}  // namespace approxtorch
