// Maxima of windows.
#pragma once

#include "host_device.h"

namespace approxtorch {
namespace {

// The value of a window without taps, as onnxruntime has it.
constexpr float kLowest = -__FLT_MAX__;

// Whether x takes the place of the largest value so far: of equal ones the first stays, and a NaN counts as
// larger than all numbers.
APPROXTORCH_HOST_DEVICE inline bool isLarger(float x, float best) { return !(x <= best) && best == best; }

}  // namespace
}  // namespace approxtorch
