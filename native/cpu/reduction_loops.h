// Sums, maxima and softmax; compiled once per ISA by float_loops.h. Sums run over a fixed number of streams,
// so that their order does not depend on the vector width.
#pragma once

#include <cmath>
#include <cstdint>

#include "elementwise_loops.h"

namespace approxtorch {
namespace {

constexpr int kStreams = 32;

template <class Combine>
inline float foldStreams(float* streams, Combine combine) {
  for (int half = kStreams / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) streams[i] = combine(streams[i], streams[i + half]);
  }
  return streams[0];
}

template <class Combine>
inline float foldLoop(const float* x, int64_t count, float start, Combine combine) {
  float streams[kStreams];
  for (int s = 0; s < kStreams; ++s) streams[s] = start;
  int64_t i = 0;
  for (; i + kStreams <= count; i += kStreams) {
    for (int s = 0; s < kStreams; ++s) streams[s] = combine(streams[s], x[i + s]);
  }
  for (int s = 0; i < count; ++i, ++s) streams[s] = combine(streams[s], x[i]);
  return foldStreams(streams, combine);
}

struct Plus {
  float operator()(float a, float b) const { return a + b; }
};

// NaN in the second operand passes; in the first one it stays.
struct Maximum {
  float operator()(float a, float b) const { return b <= a ? a : (a != a ? a : b); }
};

float sumLoop(const float* x, int64_t count) { return foldLoop(x, count, 0.0f, Plus()); }

float maximumLoop(const float* x, int64_t count) { return foldLoop(x, count, -__builtin_inff(), Maximum()); }

// Neighbours are independent: all loops run over `inner` of them at a time.
void softmaxColumns(const float* x, float* y, int64_t size, int64_t inner, bool logarithm, float* work) {
  float* maxima = work;
  float* sums = work + inner;
  for (int64_t i = 0; i < inner; ++i) maxima[i] = x[i];
  for (int64_t k = 1; k < size; ++k) {
    for (int64_t i = 0; i < inner; ++i) maxima[i] = Maximum()(maxima[i], x[k * inner + i]);
  }
  for (int64_t i = 0; i < inner; ++i) sums[i] = 0.0f;
  for (int64_t k = 0; k < size; ++k) {
    const float* row = x + k * inner;
    float* out = y + k * inner;
    if (logarithm) {
      for (int64_t i = 0; i < inner; ++i) sums[i] += expOf(row[i] - maxima[i]);
    } else {
      for (int64_t i = 0; i < inner; ++i) {
        out[i] = expOf(row[i] - maxima[i]);
        sums[i] += out[i];
      }
    }
  }
  if (logarithm) {
    for (int64_t i = 0; i < inner; ++i) sums[i] = ::logf(sums[i]);
  }
  for (int64_t k = 0; k < size; ++k) {
    const float* row = x + k * inner;
    float* out = y + k * inner;
    if (logarithm) {
      for (int64_t i = 0; i < inner; ++i) out[i] = (row[i] - maxima[i]) - sums[i];
    } else {
      for (int64_t i = 0; i < inner; ++i) out[i] /= sums[i];
    }
  }
}

void softmaxRow(const float* x, float* y, int64_t size, bool logarithm) {
  const float top = maximumLoop(x, size);
  if (!logarithm) {
    for (int64_t i = 0; i < size; ++i) y[i] = expOf(x[i] - top);
    const float sum = sumLoop(y, size);
    for (int64_t i = 0; i < size; ++i) y[i] /= sum;
    return;
  }
  float streams[kStreams] = {};
  int64_t i = 0;
  for (; i + kStreams <= size; i += kStreams) {
    for (int s = 0; s < kStreams; ++s) streams[s] += expOf(x[i + s] - top);
  }
  for (int s = 0; i < size; ++i, ++s) streams[s] += expOf(x[i] - top);
  const float shift = ::logf(foldStreams(streams, Plus()));
  for (i = 0; i < size; ++i) y[i] = (x[i] - top) - shift;
}

void softmaxLoop(const float* x, float* y, int64_t size, int64_t inner, bool logarithm, float* work) {
  if (inner == 1) {
    softmaxRow(x, y, size, logarithm);
  } else {
    softmaxColumns(x, y, size, inner, logarithm, work);
  }
}

}  // namespace
}  // namespace approxtorch
