// Folds of many values into one. They run over a fixed number of streams, so that their order does not depend
// on the vector width.
#pragma once

#include <cstdint>

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

}  // namespace
}  // namespace approxtorch
