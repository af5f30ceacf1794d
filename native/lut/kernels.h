// The inner loops of the approximate layers, one set per ISA (kernels_<isa>.cc), chosen once at run time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../isa.h"
#include "../math/quantization.h"
#include "../spec/operands.h"

namespace approxtorch::lut {

constexpr int kTile = 64;          // positions that an epilogue handles at a time
constexpr int kMaxLanes = 32;      // output channels of the widest packed-rows pass
constexpr int kPassTaps = 8;       // lookups per position and pass, in two halves
constexpr int kPermuteTaps = 256;  // taps whose bytes a 16-bit sum can hold
constexpr int kPanel = 16;         // rows and channels of the blocks in which row tables are built

// Fused activation of an epilogue: y = min(max(y, low), high). `none` is (−inf, inf), `relu` is (0, inf).
struct Activation {
  float low, high;
};

// One pass of the packed-rows kernel: for every position m and each of the 2·half taps t,
//   acc[m][lane] += tables[t][codes[positions[m] + offsets[t]]][lane].
// The taps of one half are summed in 16-bit lanes that start at `init`; the caller chooses init so that a
// half's sum, taken as signed, cannot overflow.
struct RowPass {
  const uint8_t* codes;
  const int32_t* positions;  // [count], bytes from `codes`
  int64_t count;
  int half;                    // taps per half: 1, 2 or 4
  int32_t offsets[kPassTaps];  // bytes from a position
  const int16_t* tables;       // [2·half][kOperands][lanes], of which only the rows from rowLo on are there
  int rowLo;                   // index of the tables' first row
  const int16_t* init;         // [2][lanes]
  int32_t* acc;                // [count][lanes]
  bool first;                  // overwrite acc instead of adding to it
};

// One output channel of the permute kernel at `vectors`·64 positions:
//   sums[m] += Σ_t value of codes[t·pitch + m] in the column of weights[t].
struct PermutePass {
  const uint8_t* planes;  // [256 weights][low, high bytes][256 codes] of 16-bit values
  int half;               // codes are all below 128 (0), all from 128 on (1), or anything (−1)
  const uint8_t* codes;   // [taps][pitch]
  size_t pitch;
  const uint8_t* weights;  // [taps]
  int taps;                // at most kPermuteTaps
  int vectors;             // 1, 2 or 4
  int32_t* sums;
  size_t sumPitch;  // int32 elements from the sums of 64 positions to the next ones
  bool first;       // overwrite the sums instead of adding to them
};

struct Kernels {
  const char* isa;
  // Lane counts of `accumulateRows`, descending; 0 ends the list. Empty where the ISA has no such kernel.
  int lanes[4];
  // Most taps per half: more of them save traffic of the sums, but their tables need more of the caches.
  int half;
  void (*accumulateRows)(const RowPass& pass, int lanes);
  // Writes a row table: rows × lanes (rows a multiple of kPanel), lane j from columns[j] (16-bit values of
  // consecutive activation indices, readable up to the end of the last row).
  void (*packRows)(const int16_t* const* columns, int rows, int lanes, int16_t* table);
  // acc [count][lanes] → tile [lanes][kTile], count ≤ kTile.
  void (*transposeAcc)(const int32_t* acc, int lanes, int count, int32_t* tile);

  // Null where the ISA has no byte permutation.
  void (*permuteSums)(const PermutePass& pass);

  // sums[i] += Σ over planes p of codes[p·planeStride + i], i < count.
  void (*addPlanes)(const uint8_t* codes, int64_t planes, int64_t planeStride, int64_t count, int32_t* sums);
  // y[i] = clamp(float(acc[i] + constant + slope·sums[i])·scale + bias); sums may be null where slope is 0.
  void (*dequantize)(const int32_t* acc, const int32_t* sums, int64_t count, int32_t constant, int32_t slope,
                     float scale, float bias, Activation activation, float* y);
  // codes[i] = operand index of x[i].
  void (*quantize)(const float* x, int64_t count, Requantize to, uint8_t* codes);
  // The same, and inside[i] = 1 where x[i] was not clipped, else 0.
  void (*quantizeMasked)(const float* x, int64_t count, Requantize to, uint8_t* codes, uint8_t* inside);
  // Extends [*low, *high] by the values; false where one is NaN or infinite.
  bool (*observeRange)(const float* x, int64_t count, float* low, float* high);
};

const Kernels* scalarKernels();
// Only in builds for x86-64.
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();

// The set for the ISA in use.
const Kernels& kernels();

}  // namespace approxtorch::lut
