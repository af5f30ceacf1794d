// The inner loops of convolutions and of their gradients, one set per ISA (indirect_kernels_<isa>.cc), chosen
// once at run time.
#pragma once

#include <cstdint>

#include "ahead.h"

namespace approxtorch {

constexpr int kMaxIndirectColumns = 32;

// A matrix product whose left factor is read out of a larger array:
//   c[targets[r]][j] (+)= Σ_t base[rows[r] + terms[t]] · b[t][j],   t ascending.
// Windows of an image are such a factor without being copied: where a row is a position and a term is a tap,
// the product is a convolution; where a row is a tap and a term a position, it is the weights' gradient.
// (Dukhan, "The Indirect Convolution Algorithm", 2019.)
struct IndirectProduct {
  const float* base;
  const int32_t* rows;     // [rowCount]
  const int32_t* targets;  // [rowCount], or null: r itself
  int64_t rowCount;        // a multiple of IndirectKernels::rows
  const int32_t* terms;    // [depth]
  int64_t depth;
  const float* b;   // [depth][columns]
  int64_t columns;  // `columns` or `halfColumns` of the kernels
  float* c;         // rows of `columns`
  bool accumulate;  // add to what c holds instead of overwriting it
  Ahead* ahead;
};

constexpr int64_t kFrameSlack = 16;  // floats that the loops on frames may overwrite behind them

// Rows of a plane in a frame: each row is followed by `pitch` − `length` floats of the value `fill`.
struct FrameRows {
  int64_t count, length, pitch;
  float fill;
};

struct IndirectKernels {
  int rows, columns, halfColumns;
  void (*product)(const IndirectProduct& p);
  // Rows of floats, or of codes that stand for values[code].
  void (*copyRows)(const FrameRows& rows, const float* from, int64_t fromStride, float* to);
  void (*decodeRows)(const FrameRows& rows, const uint8_t* from, int64_t fromStride, const float* values,
                     float* to);
  // to[i] = from[i] where the bit first + i of `bits` (bit 0 of a byte first) is 1, else 0.
  void (*copyMasked)(const float* from, const uint8_t* bits, int64_t first, int64_t count, float* to);
  // y[i] += factor·x[i]
  void (*multiplyAdd)(float factor, const float* x, float* y, int64_t count);
  // Σ x[i]·y[i]
  float (*dot)(const float* x, const float* y, int64_t count);
};

extern const IndirectKernels kIndirectScalar;
extern const IndirectKernels kIndirectAvx2;
extern const IndirectKernels kIndirectAvx512;

// The set for the ISA in use.
const IndirectKernels& indirectKernels();

// Columns of a right factor in packed panels: [panel][depth][columns of the panel]. Panels have the kernels'
// columns, the last one half of them where these suffice.
struct Panels {
  int64_t columns;  // of the matrix

  int64_t count() const { return (columns + indirectKernels().columns - 1) / indirectKernels().columns; }
  int64_t first(int64_t panel) const { return panel * indirectKernels().columns; }
  // Columns of the matrix that the panel holds, and its width.
  int64_t used(int64_t panel) const {
    const int64_t rest = columns - first(panel);
    return rest < indirectKernels().columns ? rest : indirectKernels().columns;
  }
  int64_t width(int64_t panel) const {
    return used(panel) <= indirectKernels().halfColumns ? indirectKernels().halfColumns
                                                        : indirectKernels().columns;
  }
  // Sum of all widths.
  int64_t packedColumns() const { return first(count() - 1) + width(count() - 1); }
};

}  // namespace approxtorch
