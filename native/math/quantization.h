// From values to codes (numerics.md §2), on the CPU and on the device.
#pragma once

#include <cstdint>

#include "host_device.h"

namespace approxtorch::lut {

// Requantization of an epilogue's results to operand indices: clamp(rint(y / scale), low, high) + offset,
// where low and high are relative to the zero point and offset is the index of the zero point.
struct Requantize {
  float scale;
  float low, high;
  int32_t offset;
};

namespace {

// rint of |x| < 2^22, half to even, by the rounding of the addition itself. SSE2 has no rounding instruction.
APPROXTORCH_HOST_DEVICE inline float rintSmall(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5·2^23
  return (x + kMagic) - kMagic;
}

APPROXTORCH_HOST_DEVICE inline float clampFloat(float x, float low, float high) {
  const float raised = x > low ? x : low;  // NaN becomes low
  return raised < high ? raised : high;
}

APPROXTORCH_HOST_DEVICE inline uint8_t codeOf(float x, const Requantize& to) {
  const float code = rintSmall(clampFloat(x / to.scale, to.low, to.high));
  return static_cast<uint8_t>(static_cast<int32_t>(code) + to.offset);
}

struct MaskedCode {
  uint8_t code;
  bool inside;  // the code is not clipped
};

APPROXTORCH_HOST_DEVICE inline MaskedCode maskedCodeOf(float x, const Requantize& to) {
  // One step beyond either bound is enough to tell, and small enough to be rounded.
  const float code = rintSmall(clampFloat(x / to.scale, to.low - 1.0f, to.high + 1.0f));
  const float kept = clampFloat(code, to.low, to.high);
  return {static_cast<uint8_t>(static_cast<int32_t>(kept) + to.offset), kept == code};
}

// The parameters for values from `low` ≤ 0 to `high` ≥ 0 at `bits` bits. False where there are none.
struct ScaleAndZero {
  float scale, zeroPoint;
};
APPROXTORCH_HOST_DEVICE inline bool scaleAndZeroOf(float low, float high, bool isSigned, int bits,
                                                   ScaleAndZero& to) {
  constexpr float kLargest = 3.402823466e+38f;
  const float top = static_cast<float>(isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1);
  const float width = isSigned ? (-low > high ? -low : high) : high - low;
  if (!(width <= kLargest)) return false;
  to.scale = width / top > 0.0f ? width / top : 1.0f;
  to.zeroPoint = isSigned ? 0.0f : clampFloat(rintSmall(-low / to.scale), 0.0f, top);
  return true;
}

}  // namespace
}  // namespace approxtorch::lut
