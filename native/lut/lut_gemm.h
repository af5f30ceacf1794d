// The sums S of an approximate layer: one interface, one implementation per kernel family.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "../plan/op.h"
#include "../spec/geometry.h"
#include "aligned.h"
#include "lut.h"

namespace approxtorch::lut {

// What a family needs to know of a layer. The pointers outlive the family's object.
struct LutLayer {
  ConvGeometry geometry;
  std::shared_ptr<const Lut> lut;
  const uint8_t* weights;  // operand indices [O, C/g, kh, kw]
  int rowLo, rowHi;        // smallest and largest activation index
  int slope;               // expected centre of the weight indices' values: T(a, w) ≈ a·w, see PackedRows
};

// Sums of consecutive output channels at consecutive positions, at most kTile of these.
struct SumTile {
  int64_t channel, channels;  // first output channel and number of them
  int64_t position, count;    // first position in the batch and number of them
  const int32_t* sums32;      // [channels][kTile]; null where the sums need 64 bits
  const int64_t* sums64;
};

// Takes the sums tile by tile; called from several threads at once, never twice for the same sum.
class SumSink {
 public:
  virtual ~SumSink() = default;
  virtual void take(const SumTile& tile) = 0;
};

// Computes S minus `slopeOut·Σ_k a_k − constant[o]` for all outputs (numerics.md §3), where a_k are indices.
class LutGemm {
 public:
  virtual ~LutGemm() = default;
  virtual const char* name() const = 0;
  // What a family took out of the sums and the epilogue has to put back.
  virtual int slope() const { return 0; }
  virtual int64_t constant(int64_t /*channel*/) const { return 0; }
  virtual void run(const uint8_t* codes, RunContext& context, SumSink& sink) = 0;
};

// The plain loop, in 32-bit sums or, where `wide`, in 64-bit ones.
std::unique_ptr<LutGemm> makeScalar(const LutLayer& layer, bool wide);
// Null where the ISA has no such kernel, or the table's columns do not fit its 16-bit lanes.
std::unique_ptr<LutGemm> makePackedRows(const LutLayer& layer);
// Null where the ISA has no byte permutation, or the table's columns do not fit 16 bits.
std::unique_ptr<LutGemm> makePermute(const LutLayer& layer);
// The fastest family for the layer.
std::unique_ptr<LutGemm> chooseLutGemm(const LutLayer& layer, bool wide);

}  // namespace approxtorch::lut
