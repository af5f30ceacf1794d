// BatchNormalization in training, and the gradients of LRN and softmax; compiled once per ISA by
// gradient_loops.h.
#pragma once

#include <cstdint>

#include "../math/normalization.h"
#include "gradient_kernels.h"
#include "streams.h"

namespace approxtorch {
namespace {

struct StreamPair {
  float first[kStreams] = {};
  float second[kStreams] = {};
};

// Sums of two things per element: add(i, first, second) adds those of element i.
template <class Add>
inline StreamPair pairLoop(int64_t count, Add add) {
  StreamPair sums;
  int64_t i = 0;
  for (; i + kStreams <= count; i += kStreams) {
    for (int s = 0; s < kStreams; ++s) add(i + s, sums.first[s], sums.second[s]);
  }
  for (int s = 0; i < count; ++i, ++s) add(i, sums.first[s], sums.second[s]);
  foldStreams(sums.first, Plus());
  foldStreams(sums.second, Plus());
  return sums;
}

// A rounded mean first, then the distances from it: they are small, and correct its rounding.
BlockMoments momentsLoop(const float* x, int64_t count) {
  const auto n = static_cast<double>(count);
  const float pivot = foldLoop(x, count, 0.0f, Plus()) / static_cast<float>(count);
  const StreamPair sums = pairLoop(count, [&](int64_t i, float& distances, float& squares) {
    const float distance = x[i] - pivot;
    distances += distance;
    squares += distance * distance;
  });
  const double shift = sums.first[0] / n;
  const double squares = sums.second[0] - shift * shift * n;
  return {pivot + shift, squares < 0.0 ? 0.0 : squares};
}

BlockSums gradientSumsLoop(const float* g, const float* x, int64_t count, float mean) {
  const StreamPair sums = pairLoop(count, [&](int64_t i, float& gradients, float& products) {
    gradients += g[i];
    products += g[i] * (x[i] - mean);
  });
  return {sums.first[0], sums.second[0]};
}

void normalizeLoop(const float* x, float* y, int64_t count, float mean, float scale, float bias) {
  for (int64_t i = 0; i < count; ++i) y[i] = normalizedOf(x[i], mean, scale, bias);
}

void normalizeGradientLoop(const float* g, const float* x, float* dx, int64_t count, float mean, float shift,
                           float slope, float scale) {
  for (int64_t i = 0; i < count; ++i) dx[i] = normalizedGradientOf(g[i], x[i], mean, shift, slope, scale);
}

void softmaxGradientRow(const float* g, const float* y, float* dx, int64_t size, bool logarithm) {
  float streams[kStreams] = {};
  int64_t i = 0;
  const auto term = [&](int64_t k) { return logarithm ? g[k] : g[k] * y[k]; };
  for (; i + kStreams <= size; i += kStreams) {
    for (int s = 0; s < kStreams; ++s) streams[s] += term(i + s);
  }
  for (int s = 0; i < size; ++i, ++s) streams[s] += term(i);
  const float sum = foldStreams(streams, Plus());
  if (logarithm) {
    for (i = 0; i < size; ++i) dx[i] = logSoftmaxGradientOf(g[i], y[i], sum);
  } else {
    for (i = 0; i < size; ++i) dx[i] = softmaxGradientOf(g[i], y[i], sum);
  }
}

void softmaxGradientColumns(const float* g, const float* y, float* dx, int64_t size, int64_t inner,
                            bool logarithm, float* sums) {
  for (int64_t i = 0; i < inner; ++i) sums[i] = 0.0f;
  for (int64_t k = 0; k < size; ++k) {
    const float* gradients = g + k * inner;
    const float* values = y + k * inner;
    for (int64_t i = 0; i < inner; ++i) sums[i] += logarithm ? gradients[i] : gradients[i] * values[i];
  }
  for (int64_t k = 0; k < size; ++k) {
    const float* gradients = g + k * inner;
    const float* values = y + k * inner;
    float* out = dx + k * inner;
    if (logarithm) {
      for (int64_t i = 0; i < inner; ++i) out[i] = logSoftmaxGradientOf(gradients[i], values[i], sums[i]);
    } else {
      for (int64_t i = 0; i < inner; ++i) out[i] = softmaxGradientOf(gradients[i], values[i], sums[i]);
    }
  }
}

void softmaxGradientLoop(const float* g, const float* y, float* dx, int64_t size, int64_t inner,
                         bool logarithm, float* work) {
  if (inner == 1) {
    softmaxGradientRow(g, y, dx, size, logarithm);
  } else {
    softmaxGradientColumns(g, y, dx, size, inner, logarithm, work);
  }
}

void localTermsLoop(const float* g, const float* x, const float* squares, float* powers, float* terms,
                    int64_t count, float bias, float scale, float beta) {
  for (int64_t i = 0; i < count; ++i) {
    const float base = bias + scale * squares[i];
    powers[i] = localPower(base, beta);
    terms[i] = g[i] * x[i] * powers[i] / base;
  }
}

void localGradientLoop(const float* g, const float* x, const float* powers, const float* sums, float* dx,
                       int64_t count, float factor) {
  for (int64_t i = 0; i < count; ++i) dx[i] = g[i] * powers[i] - factor * x[i] * sums[i];
}

}  // namespace
}  // namespace approxtorch
