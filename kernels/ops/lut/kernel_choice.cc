#include "kernel_choice.h"

#include <stdexcept>

namespace approxtorch::cuda {
namespace {

// Clocks of building row tables in every run, which write them to memory first.
double buildClocks(const LutLayer& layer, const DeviceTraits& device) {
  constexpr double kBuildRate = 5;  // bytes per clock and multiprocessor
  const Tiling tiling = chooseTiling(layer.shape, layer.rows.distinct(), device);
  return estimate::kLaunch + static_cast<double>(rowTableBytes(layer.shape, layer.rows.distinct(), tiling)) /
                                 kBuildRate / device.multiprocessors;
}

}  // namespace

const char* nameOf(LutKernel kernel) {
  switch (kernel) {
    case LutKernel::kColumns:
      return "columns";
    case LutKernel::kDepthwise:
      return "depthwise";
    case LutKernel::kPackedRows:
      return "packed-rows";
    default:
      return "gather";
  }
}

LutKernel chooseLutKernel(const LutLayer& layer, const std::string& forced, const DeviceTraits& device) {
  if (forced == nameOf(LutKernel::kGather)) return LutKernel::kGather;
  if (forced == nameOf(LutKernel::kColumns)) {
    if (!layer.columns)
      throw std::invalid_argument("the table does not fit a block's memory, or sums 32 bits");
    return LutKernel::kColumns;
  }
  if (forced == nameOf(LutKernel::kDepthwise)) {
    if (!layer.depthwise) throw std::invalid_argument("its groups are too large, or its sums need 64 bits");
    return LutKernel::kDepthwise;
  }
  if (forced == nameOf(LutKernel::kPackedRows)) {
    if (!layer.narrow) throw std::invalid_argument("the multiplier's products span more than 16 bits");
    return LutKernel::kPackedRows;
  }
  if (!forced.empty()) throw std::invalid_argument("there is no kernel of that name");
  if (!layer.narrow) return LutKernel::kGather;
  if (layer.depthwise) return LutKernel::kDepthwise;
  const Tiling tiling = chooseTiling(layer.shape, layer.rows.distinct(), device);
  const double packed = estimate::packedRows(layer.shape, layer.rows.distinct(), tiling, device) +
                        (layer.keepsRowTables ? 0.0 : buildClocks(layer, device));
  const double columns = estimate::columns(layer.shape, layer.rows.count, device);
  const double gather = estimate::gather(layer.shape, device);
  if (layer.columns && columns < packed && columns < gather) return LutKernel::kColumns;
  return packed < gather ? LutKernel::kPackedRows : LutKernel::kGather;
}

}  // namespace approxtorch::cuda
