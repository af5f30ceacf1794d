// Loops of the folds that math/fold.h describes.
#pragma once

#include <cstdint>

#include "../math/fold.h"

namespace approxtorch {
namespace {

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

}  // namespace
}  // namespace approxtorch
