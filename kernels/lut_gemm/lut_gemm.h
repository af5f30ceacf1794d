// LUT-GEMM on the device. Pointers are the device's; nothing is allocated, and nothing waits: all work goes
// to `stream`. The epilogue takes the sums, less shape.taps · table.offset where the narrow table is read, in
// 32 bits, or in 64 where sumsFit32 (table.h) does not hold. Everything throws CudaError.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "epilogue.h"
#include "problem.h"
#include "tiling.h"

namespace approxtorch::cuda {

// The plain kernel: looks products up in the table itself, the narrow one where there is one.
void gatherGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, cudaStream_t stream);
void gatherGemm(const GemmOperands& operands, const Epilogue<int64_t>& epilogue, cudaStream_t stream);

// Keeps the whole narrow table, of 256 × 256, in shared memory. Codes outside of the row
// range give wrong sums.
void columnsGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, const DeviceTraits& device,
                 cudaStream_t stream);
// Whether a block may have enough shared memory for it.
bool fitsColumns(const GemmOperands& operands, const DeviceTraits& device);

// Keeps the columns of a group's weights in shared memory. Codes outside of the row range give wrong sums.
void depthwiseGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, cudaStream_t stream);
// Whether the groups are small enough for it.
bool fitsDepthwise(const GemmOperands& operands);

// For each tap and tile of outputs the products of all codes, `columns` outputs side by side:
// [groups][tiles of outputs][taps, even][rows][columns], rowTableBytes() of them, aligned to 16 bytes. Taps
// and outputs beyond the last are 0. Needs a narrow table.
void buildRowTables(const GemmOperands& operands, const Tiling& tiling, int16_t* rowTables,
                    cudaStream_t stream);

// Streams the row tables through shared memory, where one read looks eight products up. `partials` has
// partialBytes(), aligned to 16 bytes. Codes outside of the row range give wrong sums, but touch nothing
// else.
void packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                    int32_t* partials, const Epilogue<int32_t>& epilogue, cudaStream_t stream);
void packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                    int32_t* partials, const Epilogue<int64_t>& epilogue, cudaStream_t stream);

}  // namespace approxtorch::cuda
