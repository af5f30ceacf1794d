// LUT-GEMM on the device. Pointers are the device's; nothing is allocated, and nothing waits: all work goes
// to `stream`. Results are int32 [positions][outputs], or int64 where sumsFit32 (table.h) does not hold;
// aligned to 16 bytes. An error of CUDA is returned, as are operands that break the contract of problem.h
// (cudaErrorInvalidValue).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "problem.h"
#include "tiling.h"

namespace approxtorch::cuda {

// The plain kernel: looks products up in the table itself. Takes any table.
cudaError_t gatherGemm(const GemmOperands& operands, int32_t* sums, cudaStream_t stream);
cudaError_t gatherGemm(const GemmOperands& operands, int64_t* sums, cudaStream_t stream);

// For each tap and tile of outputs the products of all codes, `columns` outputs side by side:
// [tiles of outputs][taps, even][rows][columns], rowTableBytes() of them, aligned to 16 bytes. Taps and
// outputs beyond the last are 0. Needs a narrow table.
cudaError_t buildRowTables(const GemmOperands& operands, const Tiling& tiling, int16_t* rowTables,
                           cudaStream_t stream);

// Streams the row tables through shared memory, where one read looks eight products up. `partials` has
// partialBytes(), aligned to 16 bytes. Needs a narrow table; codes outside of the row range give wrong sums,
// but touch nothing else.
cudaError_t packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                           int32_t* partials, int32_t* sums, cudaStream_t stream);
cudaError_t packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                           int32_t* partials, int64_t* sums, cudaStream_t stream);

}  // namespace approxtorch::cuda
