// Loops that the compiler vectorises; compiled once per ISA by the kernels_<isa>.cc that includes this file.
// They give the same bits under every ISA: only IEEE operations, no contraction to fused multiply-add.
#pragma once

#include <cstdint>

#include "kernels.h"

namespace approxtorch::lut {
namespace {

// rint of |x| < 2^22, half to even, by the rounding of the addition itself. SSE2 has no rounding instruction.
inline float rintSmall(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5·2^23
  return (x + kMagic) - kMagic;
}

inline float clampFloat(float x, float low, float high) {
  const float raised = x > low ? x : low;  // NaN becomes low
  return raised < high ? raised : high;
}

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
    const float code = rintSmall(clampFloat(x[i] / to.scale, to.low, to.high));
    codes[i] = static_cast<uint8_t>(static_cast<int32_t>(code) + to.offset);
  }
}

void quantizeMaskedLoop(const float* x, int64_t count, Requantize to, uint8_t* codes, uint8_t* inside) {
  for (int64_t i = 0; i < count; ++i) {
    // One step beyond either bound is enough to tell, and small enough to be rounded.
    const float code = rintSmall(clampFloat(x[i] / to.scale, to.low - 1.0f, to.high + 1.0f));
    const float kept = clampFloat(code, to.low, to.high);
    codes[i] = static_cast<uint8_t>(static_cast<int32_t>(kept) + to.offset);
    inside[i] = static_cast<uint8_t>(kept == code);
  }
}

bool observeRangeLoop(const float* x, int64_t count, float* low, float* high) {
  constexpr int kStreams = 16;
  float lows[kStreams], highs[kStreams], poison[kStreams];
  for (int s = 0; s < kStreams; ++s) {
    lows[s] = *low;
    highs[s] = *high;
    poison[s] = 0.0f;
  }
  int64_t i = 0;
  for (; i + kStreams <= count; i += kStreams) {
    for (int s = 0; s < kStreams; ++s) {
      const float v = x[i + s];
      lows[s] = v < lows[s] ? v : lows[s];
      highs[s] = v > highs[s] ? v : highs[s];
      poison[s] += v * 0.0f;  // 0 for finite values, NaN for the others
    }
  }
  for (; i < count; ++i) {
    const float v = x[i];
    lows[0] = v < lows[0] ? v : lows[0];
    highs[0] = v > highs[0] ? v : highs[0];
    poison[0] += v * 0.0f;
  }
  bool finite = true;
  for (int s = 0; s < kStreams; ++s) {
    *low = lows[s] < *low ? lows[s] : *low;
    *high = highs[s] > *high ? highs[s] : *high;
    finite = finite && poison[s] == 0.0f;
  }
  return finite;
}

}  // namespace
}  // namespace approxtorch::lut
