// From sums to results: zero points, scales, bias, activation and, where asked, requantization (numerics.md
// §3).
#pragma once

#include <cstdint>
#include <vector>

#include "kernels.h"
#include "lut_gemm.h"

namespace approxtorch::lut {

// Scale and zero point of the activations, for the batch or for one image.
struct ActivationQuantization {
  float scale;
  int32_t zeroPoint;  // as a code
};

// The output of a layer: float32 [N, O, Ho, Wo], or operand indices with a halo.
struct LayerOutput {
  float* values = nullptr;
  uint8_t* codes = nullptr;
  Requantize requantize{};
  std::array<int64_t, 4> halo{};  // of `codes`: top, left, bottom, right
};

// What does not change between runs of a layer with constant weights. The pointers outlive the epilogue.
struct EpilogueLayer {
  ConvGeometry geometry;
  const uint8_t* weights;                // operand indices [O, C/g, kh, kw]
  std::vector<int64_t> weightSums;       // [O], of the weights' codes; see sumWeights
  const float* weightScales;             // [O]
  const int32_t* weightZeroPoints;       // [O]
  const float* bias;                     // [O] or null
  int32_t activationFirst, weightFirst;  // operand values of index 0
  bool skipPadding;
  Activation activation;
};

// Fills `weightSums` from the weights.
void sumWeights(EpilogueLayer& layer);

class Epilogue : public SumSink {
 public:
  // gemm: whose sums will come. quantization: one entry for every batch / entries images.
  Epilogue(const EpilogueLayer& layer, const LutGemm& gemm, const Lut& lut,
           std::vector<ActivationQuantization> quantization, const uint8_t* codes, const LayerOutput& output,
           RunContext& context);

  void take(const SumTile& tile) override;

 private:
  struct Run;
  struct Segment;

  void sumCodes(RunContext& context);
  const int32_t* codeSums(const SumTile& tile, int32_t* buffer) const;
  void store(const SumTile& tile, const Segment& segment, int64_t channel, const int32_t* codeSums);
  void finish(const SumTile& tile, const Segment& segment, int64_t channel, const int32_t* codeSums,
              float* y) const;
  int64_t skipped(int64_t image, int64_t channel, int64_t position) const;
  void storeRows(const SumTile& tile, const Segment& segment, const int32_t* codeSums);
  void findRuns(Segment& segment) const;
  // Elements from one channel's results to the next one's.
  int64_t plane() const;

  size_t parameters(int64_t image, int64_t channel) const {
    const auto sets = static_cast<int64_t>(quantization_.size());
    return static_cast<size_t>(image * sets / layer_.geometry.batch * layer_.geometry.outputs + channel);
  }

  const EpilogueLayer& layer_;
  const std::vector<ActivationQuantization> quantization_;
  const uint8_t* const codes_;
  const LayerOutput output_;
  const std::vector<int32_t> offsets_;  // of the reduction
  std::vector<int64_t> slopes_;         // [O], times the sum of the activation indices
  std::vector<int64_t> constants_;      // [sets][O]
  std::vector<float> scales_;           // likewise
  std::vector<int64_t> tapErrors_;      // [sets][O][taps], for skipped padding
  int32_t* codeSums_ = nullptr;         // [positions], of ungrouped layers; shared scratch
  bool needsCodeSums_ = false;
};

}  // namespace approxtorch::lut
