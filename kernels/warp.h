// Warps that work on a row each: folds over its elements, in the order of the CPU engine's streams.
#pragma once

#include "../native/math/fold.h"
#include "launch.h"

namespace approxtorch::cuda {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;
static_assert(kWarp == kStreams, "a lane folds what a stream does");

// The warp's number in a grid of one-dimensional blocks.
__device__ __forceinline__ int64_t globalWarp() { return globalThread() / kWarp; }
__device__ __forceinline__ int laneOfWarp() { return static_cast<int>(threadIdx.x % kWarp); }

// One warp per row: the kernel takes `rows` first and returns where globalWarp() is not below it.
template <class... Parameters>
void launchWarps(cudaStream_t stream, int64_t rows, void (*kernel)(int64_t, Parameters...),
                 std::common_type_t<Parameters>... arguments) {
  launch(stream, kernel, {ceilDivide(rows, kThreads / kWarp)}, kThreads, 0, rows, arguments...);
}

// Folds the values of all lanes; all get the result.
template <class T, class Combine>
__device__ __forceinline__ T foldWarp(T value, Combine combine) {
  for (int half = kWarp / 2; half > 0; half /= 2) {
    value = combine(value, __shfl_down_sync(kAllLanes, value, half));
  }
  return __shfl_sync(kAllLanes, value, 0);
}

// Folds value(0) … value(count − 1), to the same bits as foldLoop of the CPU engine.
template <class T, class Value, class Combine>
__device__ __forceinline__ T foldRow(int64_t count, T start, Value value, Combine combine) {
  T folded = start;
  for (int64_t i = laneOfWarp(); i < count; i += kWarp) folded = combine(folded, static_cast<T>(value(i)));
  return foldWarp(folded, combine);
}

}  // namespace approxtorch::cuda
