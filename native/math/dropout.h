// Which elements a Dropout leaves out: drawn from (salt, seed, index of the element).
#pragma once

#include <cstdint>

#include "../cpu/gradient_kernels.h"
#include "host_device.h"

namespace approxtorch {
namespace {

// A bijection of the 64-bit integers that spreads every bit over all: the finalizer of SplitMix64 (G. L.
// Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014).
APPROXTORCH_HOST_DEVICE inline uint64_t spread(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// A bijection of the 32-bit integers whose every output bit depends on all input bits: multiplications and
// shifts, with the constants of the finalizer of MurmurHash3 (A. Appleby).
APPROXTORCH_HOST_DEVICE inline uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

// seed: the bits of the number
APPROXTORCH_HOST_DEVICE inline uint64_t dropoutKey(uint32_t salt, uint32_t seed) {
  return spread(spread(uint64_t{salt} << 32 | seed) + 0x9e3779b97f4a7c15u);
}

// For the elements whose indices share the upper 32 bits of `index`.
APPROXTORCH_HOST_DEVICE inline DropoutDraw dropoutDraw(uint64_t key, int64_t index, uint32_t threshold) {
  const uint64_t local = spread(key + static_cast<uint64_t>(index >> 32));
  return {static_cast<uint32_t>(local), static_cast<uint32_t>(local >> 32), threshold};
}

// index: the lower 32 bits
APPROXTORCH_HOST_DEVICE inline float dropoutOf(float x, uint32_t index, float scale, DropoutDraw draw) {
  const uint32_t hash = mixed(mixed(index ^ draw.first) + draw.second);
  return hash < draw.threshold ? 0.0f : x * scale;
}

}  // namespace
}  // namespace approxtorch
