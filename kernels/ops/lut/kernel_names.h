// The families of LUT-GEMM kernels.
#pragma once

namespace approxtorch::cuda {

inline constexpr const char* kLutKernelNames = "gather packed-rows";

}  // namespace approxtorch::cuda
