// Which family of LUT-GEMM kernels computes a layer.
#pragma once

#include <string>

#include "../../lut_gemm/tiling.h"

namespace approxtorch::cuda {

enum class LutKernel { kGather, kPackedRows };

// As profiles and --kernel name them.
inline constexpr const char* kLutKernelNames = "gather packed-rows";
inline const char* nameOf(LutKernel kernel) {
  return kernel == LutKernel::kGather ? "gather" : "packed-rows";
}

struct LutLayer {
  GemmShape shape;
  RowRange rows;
  bool narrow;         // the table fits 16 bits
  bool rowTablesLast;  // built once, not in every run
};

// Throws std::invalid_argument, with the reason, where the family that is asked for cannot compute the layer.
// forced: its name; empty: the fastest.
LutKernel chooseLutKernel(const LutLayer& layer, const std::string& forced, const DeviceTraits& device);

}  // namespace approxtorch::cuda
