#include "../dependent_launch.h"
#include "columns.h"
#include "depthwise.h"
#include "finish_parts.h"
#include "gather.h"
#include "lut_gemm.h"
#include "packed_rows.h"
#include "row_tables.h"

namespace approxtorch::cuda {
namespace {

template <class Sum>
void gather(const GemmOperands& operands, const Epilogue<Sum>& epilogue, cudaStream_t stream) {
  const GemmShape& shape = operands.shape;
  const Grid grid{ceilDivide(shape.positions, kGatherTile), ceilDivide(shape.outputs, kGatherTile),
                  shape.groups};
  const DeviceTable& table = operands.table;
  if (table.narrow != nullptr) {
    launch(stream, gatherSums<int16_t, Sum>, grid, kGatherThreads, 0, operands, table.narrow, epilogue);
  } else {
    launch(stream, gatherSums<int32_t, Sum>, grid, kGatherThreads, 0, operands, table.wide, epilogue);
  }
}

using Columns = ColumnsTile<2, 2, 4, 4>;

using PackedRowsKernel = void (*)(PackedRowsArguments, Epilogue<int32_t>);

template <int kColumns>
PackedRowsKernel packedRowsKernel(const Tiling& tiling) {
  if (tiling.threads == 512) return packedRowsSums<kColumns, 512, 12>;
  return tiling.positionsPerThread == 12 ? packedRowsSums<kColumns, 256, 12>
                                         : packedRowsSums<kColumns, 256, 4>;
}

PackedRowsKernel packedRowsKernel(const Tiling& tiling) {
  if (tiling.columns == 64) return packedRowsKernel<64>(tiling);
  return tiling.columns == 32 ? packedRowsKernel<32>(tiling) : packedRowsKernel<16>(tiling);
}

void packedRows(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                int32_t* partials, const Epilogue<int32_t>& epilogue, cudaStream_t stream) {
  const GemmShape& shape = operands.shape;
  const PackedRowsKernel kernel = packedRowsKernel(tiling);
  const PackedRowsArguments arguments{shape,
                                      operands.places,
                                      rowTables,
                                      operands.rows.distinct(),
                                      operands.rows.shift,
                                      tiling.stages,
                                      tiling.parts,
                                      tiling.pairsPerPart,
                                      partials};
  const int sharedBytes = sharedBytesOf(operands.rows.distinct(), tiling, tiling.stages);
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, sharedBytes),
        "the shared memory of packed rows");
  launch(stream, kernel,
         {ceilDivide(shape.positions, tilePositions(tiling)), columnTiles(shape, tiling),
          int64_t{tiling.parts} * shape.groups},
         tiling.threads, static_cast<size_t>(sharedBytes), arguments, epilogue);
}

template <class Sum>
void finish(const GemmShape& shape, int parts, const int32_t* partials, const Epilogue<Sum>& epilogue,
            cudaStream_t stream) {
  const Grid grid{ceilDivide(shape.positions, kFinishTile), ceilDivide(shape.outputs, kFinishTile),
                  shape.groups};
  launchDependent(stream, finishParts<Sum>, grid, kFinishThreads, shape, parts, partials, epilogue);
}

}  // namespace

void gatherGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, cudaStream_t stream) {
  gather(operands, epilogue, stream);
}

void gatherGemm(const GemmOperands& operands, const Epilogue<int64_t>& epilogue, cudaStream_t stream) {
  gather(operands, epilogue, stream);
}

bool fitsDepthwise(const GemmOperands& operands) {
  constexpr int64_t kMostBytes = 48 << 10, kMostGroups = 65535;  // what a block may have unasked; a grid
  return operands.table.columnsOf != nullptr && operands.shape.outputs <= kMostDepthwiseOutputs &&
         operands.shape.groups <= kMostGroups &&
         depthwiseSharedBytes(operands.shape, operands.rows.count) <= kMostBytes;
}

void depthwiseGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, cudaStream_t stream) {
  const GemmShape& shape = operands.shape;
  launch(stream, shape.outputs == 1 ? depthwiseSums<1> : depthwiseSums<kMostDepthwiseOutputs>,
         {ceilDivide(shape.positions, kDepthwisePositions), shape.groups}, kDepthwiseThreads,
         static_cast<size_t>(depthwiseSharedBytes(shape, operands.rows.count)), operands, epilogue);
}

bool fitsColumns(const GemmOperands& operands, const DeviceTraits& device) {
  return operands.table.columnsOf != nullptr &&
         Columns::sharedBytes(operands.rows.count) <= device.sharedBytes;
}

void columnsGemm(const GemmOperands& operands, const Epilogue<int32_t>& epilogue, const DeviceTraits& device,
                 cudaStream_t stream) {
  const GemmShape& shape = operands.shape;
  const auto kernel = columnsSums<2, 2, 4, 4>;
  const int sharedBytes = Columns::sharedBytes(operands.rows.count);
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, sharedBytes),
        "the shared memory of columns");
  const int64_t tiles = ceilDivide(shape.positions, Columns::kPositions) *
                        ceilDivide(shape.outputs, Columns::kAllOutputs) * shape.groups;
  launch(stream, kernel, {std::min<int64_t>(tiles, device.multiprocessors)}, kColumnsThreads,
         static_cast<size_t>(sharedBytes), operands, epilogue);
}

void buildRowTables(const GemmOperands& operands, const Tiling& tiling, int16_t* rowTables,
                    cudaStream_t stream) {
  launch(stream, writeRowTables,
         {2 * tapPairs(operands.shape), columnTiles(operands.shape, tiling), operands.shape.groups},
         kRowTableThreads, 0, operands, tiling.columns, rowTables);
}

void packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                    int32_t* partials, const Epilogue<int32_t>& epilogue, cudaStream_t stream) {
  const bool direct = tiling.parts == 1;
  packedRows(operands, tiling, rowTables, direct ? nullptr : partials, epilogue, stream);
  if (!direct) finish(operands.shape, tiling.parts, partials, epilogue, stream);
}

void packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                    int32_t* partials, const Epilogue<int64_t>& epilogue, cudaStream_t stream) {
  packedRows(operands, tiling, rowTables, partials, Epilogue<int32_t>{}, stream);
  finish(operands.shape, tiling.parts, partials, epilogue, stream);
}

}  // namespace approxtorch::cuda
