#include "gradient_rows.h"

#include <algorithm>

#include "../spec/operands.h"

namespace approxtorch::lut {

DerivativeColumns::DerivativeColumns(const Tensor& table)
    : table_(table), columns_(static_cast<size_t>(kOperands) * kOperands) {
  if (table_.isConstant()) transpose();
}

void DerivativeColumns::prepare() {
  if (!table_.isConstant()) transpose();
}

void DerivativeColumns::transpose() {
  for (int a = 0; a < kOperands; ++a) {
    for (int w = 0; w < kOperands; ++w) columns_[w * kOperands + a] = table_.f32()[a * kOperands + w];
  }
}

std::vector<ChannelBlock> channelBlocks(const ConvGeometry& geometry) {
  std::vector<ChannelBlock> blocks;
  const int64_t perGroup = geometry.groupOutputs();
  for (int64_t group = 0; group < geometry.groups; ++group) {
    for (int64_t o = 0; o < perGroup; o += kRow) {
      blocks.push_back({group, group * perGroup + o, std::min<int64_t>(kRow, perGroup - o)});
    }
  }
  return blocks;
}

void packGradients(const float* gradients, const ConvGeometry& geometry, const ChannelBlock& block,
                   int64_t first, int64_t count, const std::vector<float>& scales, float* rows) {
  const int64_t plane = geometry.outPlane();
  RowPack pack{};
  pack.pitch = kRow;
  for (const int64_t end = first + count; first < end; first += pack.rows) {
    const int64_t image = first / plane;
    const float* from = gradients + (image * geometry.outputs + block.channel) * plane + first % plane;
    const float scale =
        scales[static_cast<size_t>(image * static_cast<int64_t>(scales.size()) / geometry.batch)];
    for (int j = 0; j < kRow; ++j) {
      pack.columns[j] = from + std::min<int64_t>(j, block.channels - 1) * plane;
      pack.scales[j] = j < block.channels ? scale : 0.0f;
    }
    pack.rows = std::min(end - first, plane - first % plane);
    pack.out = rows;
    tableGradientKernels().packRows(pack);
    rows += pack.rows * kRow;
  }
}

}  // namespace approxtorch::lut
