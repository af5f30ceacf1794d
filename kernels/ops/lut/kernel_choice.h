// Which family of LUT-GEMM kernels computes a layer.
#pragma once

#include <string>

#include "../../lut_gemm/tiling.h"

namespace approxtorch::cuda {

enum class LutKernel { kGather, kColumns, kDepthwise, kPackedRows };

// As profiles and --kernel name them.
inline constexpr const char* kLutKernelNames = "columns depthwise gather packed-rows";
const char* nameOf(LutKernel kernel);

struct LutLayer {
  GemmShape shape;
  RowRange rows;
  bool narrow;          // the table fits 16 bits
  bool depthwise;       // its groups are small, and the sums fit 32 bits
  bool columns;         // the table fits shared memory, and the sums 32 bits
  bool keepsRowTables;  // built once, not in every run
};

// Throws std::invalid_argument, with the reason, where the family that is asked for cannot compute the layer.
// forced: its name; empty: the fastest.
LutKernel chooseLutKernel(const LutLayer& layer, const std::string& forced, const DeviceTraits& device);

}  // namespace approxtorch::cuda
