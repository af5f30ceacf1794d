// Sums, maxima and softmax; compiled once per ISA by float_loops.h.
#pragma once

#include <cmath>
#include <cstdint>

#include "../math/vector_math.h"
#include "streams.h"

namespace approxtorch {
namespace {

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
