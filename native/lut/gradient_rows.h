// What the kernels of table_gradient.h read, made from the tensors of a plan.
#pragma once

#include <vector>

#include "../plan/op.h"
#include "../spec/geometry.h"
#include "table_gradient.h"

namespace approxtorch::lut {

// The columns D[·][w] of a table D f32 [256, 256] one after the other.
class DerivativeColumns {
 public:
  explicit DerivativeColumns(const Tensor& table);
  // To be called before a run, for a table that is not constant.
  void prepare();
  const float* column(int weight) const { return columns_.data() + static_cast<int64_t>(weight) * kOperands; }

 private:
  void transpose();

  const Tensor& table_;
  std::vector<float> columns_;
};

// Up to kRow output channels of one group.
struct ChannelBlock {
  int64_t group, channel, channels;  // channel: the first one
};

// All output channels in blocks, ascending.
std::vector<ChannelBlock> channelBlocks(const ConvGeometry& geometry);

// Gradients [N, O, Ho, Wo] of a block at the output positions [first, first + count) of the batch as rows
// [count][kRow], times one of `scales` for every N / scales images.
void packGradients(const float* gradients, const ConvGeometry& geometry, const ChannelBlock& block,
                   int64_t first, int64_t count, const std::vector<float>& scales, float* rows);

}  // namespace approxtorch::lut
