// Loops that the compiler vectorises; compiled once per ISA by the kernels_<isa>.cc that includes this file.
// They give the same bits under every ISA: only IEEE operations, no contraction to fused multiply-add.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels.h"

namespace approxtorch::lut {
namespace {

void addPlanesLoop(const uint8_t* codes, int64_t planes, int64_t planeStride, int64_t count, int32_t* sums) {
  constexpr int64_t kBlock = 256;
  constexpr int64_t kWiden = 256;  // 256 · 255 still fits 16 bits
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = count - begin < kBlock ? count - begin : kBlock;
    for (int64_t p0 = 0; p0 < planes; p0 += kWiden) {
      const int64_t p1 = planes < p0 + kWiden ? planes : p0 + kWiden;
      uint16_t partial[kBlock] = {};
      for (int64_t p = p0; p < p1; ++p) {
        const uint8_t* row = codes + p * planeStride + begin;
        for (int64_t i = 0; i < size; ++i) partial[i] = static_cast<uint16_t>(partial[i] + row[i]);
      }
      for (int64_t i = 0; i < size; ++i) sums[begin + i] += partial[i];
    }
  }
}

void dequantizeLoop(const int32_t* acc, const int32_t* sums, int64_t count, int32_t constant, int32_t slope,
                    float scale, float bias, Activation activation, float* y) {
  const auto add = static_cast<uint32_t>(constant);  // the final sum fits; intermediate ones may wrap
  const auto times = static_cast<uint32_t>(slope);
  if (slope == 0) {
    for (int64_t i = 0; i < count; ++i) {
      const auto sum = static_cast<int32_t>(static_cast<uint32_t>(acc[i]) + add);
      y[i] = clampFloat(static_cast<float>(sum) * scale + bias, activation.low, activation.high);
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t correction = times * static_cast<uint32_t>(sums[i]) + add;
    const auto sum = static_cast<int32_t>(static_cast<uint32_t>(acc[i]) + correction);
    y[i] = clampFloat(static_cast<float>(sum) * scale + bias, activation.low, activation.high);
  }
}

void quantizeLoop(const float* x, int64_t count, Requantize to, uint8_t* codes) {
  for (int64_t i = 0; i < count; ++i) {
    codes[i] = codeOf(x[i], to);
  }
}

void quantizeMaskedLoop(const float* x, int64_t count, Requantize to, uint8_t* codes, uint8_t* inside) {
  for (int64_t i = 0; i < count; ++i) {
    const MaskedCode code = maskedCodeOf(x[i], to);
    codes[i] = code.code;
    inside[i] = static_cast<uint8_t>(code.inside);
  }
}

// The bits of non-negative floats are ordered as the floats are, and so are those of negative ones without
// the sign; infinities and NaN come last. So maxima of integers are enough.
bool observeRangeLoop(const float* x, int64_t count, float* low, float* high) {
  constexpr int32_t kInfinity = 0x7f800000;
  int32_t positive = 0, negative = 0;
  for (int64_t i = 0; i < count; ++i) {
    int32_t bits;
    std::memcpy(&bits, x + i, sizeof bits);
    const int32_t flipped = bits ^ INT32_MIN;
    positive = bits > positive ? bits : positive;
    negative = flipped > negative ? flipped : negative;
  }
  if (positive >= kInfinity || negative >= kInfinity) return false;
  float top, depth;
  std::memcpy(&top, &positive, sizeof top);
  std::memcpy(&depth, &negative, sizeof depth);
  *high = top > *high ? top : *high;
  *low = -depth < *low ? -depth : *low;
  return true;
}

}  // namespace
}  // namespace approxtorch::lut
