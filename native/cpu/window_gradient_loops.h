// Gradients of poolings of one plane, in the order of window_phases.h: there one tap of all windows is one
// run, so that the windows' gradients are added tap by tap. Compiled once per ISA by gradient_loops.h.
#pragma once

#include <cstdint>

#include "../math/pooling.h"
#include "gradient_kernels.h"
#include "window_phases.h"

namespace approxtorch {
namespace {

typedef int32_t IntVector __attribute__((vector_size(kVector * sizeof(int32_t))));
typedef int32_t UnalignedInts __attribute__((vector_size(kVector * sizeof(int32_t)), aligned(4), may_alias));

inline Vector loadVector(const float* x) { return *reinterpret_cast<const Unaligned*>(x); }

// Goes through the windows block by block and adds their gradients up in `phases`, which it clears first. The
// windows of a block are in rows of the pitch: read(oy, row) writes the gradients of one row of windows, and
// add(first, count, gradients) distributes them, where `first` is the phases' position of the first one.
// Behind each row and the last one the gradients are 0.
template <class Read, class Add>
inline void forEachBlock(const WindowLayout& layout, float* phases, float* gradients, Read read, Add add) {
  const PlaneWindow& w = layout.window;
  fill(phases, layout.phaseFloats() + layout.pitch, 0.0f);
  fill(gradients, layout.blockRows * layout.pitch + kWindowSlack, 0.0f);
  for (int64_t first = 0; first < w.outHeight; first += layout.blockRows) {
    const int64_t rest = w.outHeight - first;
    const int64_t rows = rest < layout.blockRows ? rest : layout.blockRows;
    for (int64_t r = 0; r < rows; ++r) read(first + r, gradients + r * layout.pitch);
    fill(gradients + rows * layout.pitch, kWindowSlack, 0.0f);
    add(first * layout.pitch, rows * layout.pitch, gradients);
  }
}

void averageGradientPlaneLoop(const WindowLayout& layout, const float* g, const float* rows,
                              const float* columns, float* dx, float* work) {
  const int64_t width = layout.window.outWidth;
  float* phases = work;
  float* gradients = phases + layout.phaseFloats() + layout.pitch;
  forEachBlock(
      layout, phases, gradients,
      [&](int64_t oy, float* row) {
        for (int64_t i = 0; i < width; ++i) row[i] = g[oy * width + i] / (rows[oy] * columns[i]);
      },
      [&](int64_t first, int64_t count, const float* windows) {
        for (const int64_t offset : layout.offsets) {
          float* target = phases + first + offset;
          for (int64_t i = 0; i < count; ++i) target[i] += windows[i];
        }
      });
  mergePlane(layout, phases, dx);
}

// For consecutive windows the number of the tap that is their first maximum; −1 where all are −∞. As in the
// forward pass a NaN counts as larger than all numbers.
inline void findMaxima(const WindowLayout& layout, const float* phases, int64_t count, int32_t* winners) {
  const auto taps = static_cast<int32_t>(layout.window.taps());
  for (int64_t i = 0; i < count; i += kVectors * kVector) {
    Vector best[kVectors];
    IntVector winner[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      best[v] = -__builtin_inff() - Vector{};
      winner[v] = IntVector{} - 1;
    }
    for (int32_t t = 0; t < taps; ++t) {
      const float* source = phases + layout.offsets[static_cast<size_t>(t)] + i;
      for (int v = 0; v < kVectors; ++v) {
        const Vector x = loadVector(source + v * kVector);
        const IntVector larger = ~(x <= best[v]) & (best[v] == best[v]);
        best[v] = larger ? x : best[v];
        winner[v] = larger ? IntVector{} + t : winner[v];
      }
    }
    for (int v = 0; v < kVectors; ++v) {
      *reinterpret_cast<UnalignedInts*>(winners + i + v * kVector) = winner[v];
    }
  }
}

void maximumGradientPlaneLoop(const WindowLayout& layout, const float* g, const float* x, float* dx,
                              float* work) {
  const int64_t width = layout.window.outWidth;
  float* values = work;
  float* phases = values + layout.phaseFloats() + layout.pitch;
  float* gradients = phases + layout.phaseFloats() + layout.pitch;
  auto* winners = reinterpret_cast<int32_t*>(gradients + layout.blockRows * layout.pitch + kWindowSlack);
  splitPlane(layout, x, -__builtin_inff(), values);
  fill(values + layout.phaseFloats(), layout.pitch, 0.0f);
  forEachBlock(
      layout, phases, gradients,
      [&](int64_t oy, float* row) {
        for (int64_t i = 0; i < width; ++i) row[i] = g[oy * width + i];
      },
      [&](int64_t first, int64_t count, const float* windows) {
        findMaxima(layout, values + first, count, winners);
        for (int32_t t = 0; t < static_cast<int32_t>(layout.window.taps()); ++t) {
          float* target = phases + first + layout.offsets[static_cast<size_t>(t)];
          for (int64_t i = 0; i < count; ++i) target[i] += winners[i] == t ? windows[i] : 0.0f;
        }
      });
  mergePlane(layout, phases, dx);
}

int64_t firstMaximumLoop(const float* x, int64_t count) {
  int64_t first = 0;
  for (int64_t i = 1; i < count; ++i) {
    if (x[i] <= x[first]) continue;  // nearly always: a branch is faster than a choice
    if (isLarger(x[i], x[first])) first = i;
  }
  return first;
}

}  // namespace
}  // namespace approxtorch
