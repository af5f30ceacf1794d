// The inner loops of the float32 ops, one set per ISA (float_<isa>.cc), chosen once at run time. All sets
// give the same bits: they use IEEE operations in one order, and no fused multiply-add.
#pragma once

#include <cstdint>

#include "../spec/clamp.h"
#include "../spec/pointwise_kinds.h"
#include "window_layout.h"

namespace approxtorch {

// Which operands of a binary loop run over all elements; the other one is a single value.
enum class Operands { kBoth, kFirst, kSecond, kCount };

struct FloatKernels {
  // y[i] = f(x[i]); y may be x.
  void (*unary[static_cast<int>(Unary::kCount)])(const float* x, float* y, int64_t count, UnaryParameters p);
  // y[i] = clamp(f(a[i], b[i])), where a single operand stays a[0] or b[0]; y may be a or b.
  void (*binary[static_cast<int>(Binary::kCount)][static_cast<int>(Operands::kCount)])(
      const float* a, const float* b, float* y, int64_t count, Clamp clamp);
  // y[i] = x[i]·scale + shift
  void (*affine)(const float* x, float* y, int64_t count, float scale, float shift);

  float (*sum)(const float* x, int64_t count);
  float (*maximum)(const float* x, int64_t count);
  // acc[i] += x[i]
  void (*addRow)(const float* x, float* acc, int64_t count);

  // One plane each; y has outHeight × outWidth values, work layout.workFloats().
  void (*depthwisePlane)(const WindowLayout& layout, const float* x, const float* taps, float bias,
                         Clamp clamp, float* y, float* work);
  // Divides the sums by rows[oy]·columns[ox].
  void (*averagePlane)(const WindowLayout& layout, const float* x, const float* rows, const float* columns,
                       float* y, float* work);
  void (*maximumPlane)(const WindowLayout& layout, const float* x, float* y, float* work);

  // Over `size` values that lie `inner` apart, for each of `inner` neighbours: y = softmax(x) or its
  // logarithm. work: 2·inner floats.
  void (*softmax)(const float* x, float* y, int64_t size, int64_t inner, bool logarithm, float* work);
  // y[i] = x[i] / (bias + scale·squares[i])^beta
  void (*localNormalize)(const float* x, const float* squares, float* y, int64_t count, float bias,
                         float scale, float beta);
  // acc[i] += x[i]²
  void (*addSquares)(const float* x, float* acc, int64_t count);
};

extern const FloatKernels kFloatScalar;
extern const FloatKernels kFloatAvx2;
extern const FloatKernels kFloatAvx512;

// The set for the ISA in use.
const FloatKernels& floatKernels();

}  // namespace approxtorch
