#include <type_traits>

#include "gather.h"
#include "lut_gemm.h"
#include "packed_rows.h"
#include "row_tables.h"
#include "sum_parts.h"

namespace approxtorch::cuda {
namespace {

// A grid's limits: x, then y and z.
constexpr int64_t kMostX = INT32_MAX, kMostYZ = 65535;

template <class... Parameters>
cudaError_t launch(void (*kernel)(Parameters...), int64_t x, int64_t y, int64_t z, int threads,
                   int sharedBytes, cudaStream_t stream, std::common_type_t<Parameters>... arguments) {
  if (x > kMostX || y > kMostYZ || z > kMostYZ) return cudaErrorInvalidValue;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = static_cast<size_t>(sharedBytes);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 == 0; }

bool valid(const GemmOperands& operands) {
  const auto& [shape, table, rows, codes, codeStride, weights] = operands;
  const bool shapeIs = shape.positions > 0 && shape.outputs > 0 && shape.taps > 0;
  const bool tableIs = (table.narrow != nullptr || table.wide != nullptr) && table.rows > 0 &&
                       table.rows <= 256 && table.columns > 0 && table.columns <= 256;
  const bool rowsAre = rows.count >= 2 && rows.count <= 256 && (rows.count & (rows.count - 1)) == 0 &&
                       rows.first >= 0 && rows.first % rows.count == 0 &&
                       rows.first + rows.count <= table.rows;
  const bool codesAre =
      codes != nullptr && aligned(codes) && codeStride >= shape.positions && codeStride % 16 == 0;
  return shapeIs && tableIs && rowsAre && codesAre && weights != nullptr;
}

bool validPacked(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables) {
  const bool columnsAre = tiling.columns == 16 || tiling.columns == 32 || tiling.columns == 64;
  return valid(operands) && operands.table.narrow != nullptr && columnsAre && rowTables != nullptr &&
         aligned(rowTables);
}

template <class Sum>
cudaError_t gather(const GemmOperands& operands, Sum* sums, cudaStream_t stream) {
  if (!valid(operands) || sums == nullptr) return cudaErrorInvalidValue;
  const int64_t x = ceilDivide(operands.shape.positions, kGatherTile);
  const int64_t y = ceilDivide(operands.shape.outputs, kGatherTile);
  const DeviceTable& table = operands.table;
  if (table.narrow != nullptr) {
    return launch(gatherSums<int16_t, Sum>, x, y, 1, kGatherThreads, 0, stream, operands, table.narrow,
                  table.offset, sums);
  }
  return launch(gatherSums<int32_t, Sum>, x, y, 1, kGatherThreads, 0, stream, operands, table.wide, Sum{0},
                sums);
}

using PackedRowsKernel = void (*)(PackedRowsArguments);

template <int kColumns>
PackedRowsKernel packedRowsKernel(const Tiling& tiling) {
  if (tiling.threads == 512 && tiling.positionsPerThread == 12) return packedRowsSums<kColumns, 512, 12>;
  if (tiling.threads == 256 && tiling.positionsPerThread == 12) return packedRowsSums<kColumns, 256, 12>;
  if (tiling.threads == 256 && tiling.positionsPerThread == 4) return packedRowsSums<kColumns, 256, 4>;
  return nullptr;
}

PackedRowsKernel packedRowsKernel(const Tiling& tiling) {
  if (tiling.columns == 64) return packedRowsKernel<64>(tiling);
  return tiling.columns == 32 ? packedRowsKernel<32>(tiling) : packedRowsKernel<16>(tiling);
}

template <class Sum>
cudaError_t packedRows(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                       int32_t* partials, Sum* sums, cudaStream_t stream) {
  const GemmShape& shape = operands.shape;
  constexpr bool kWide = sizeof(Sum) > sizeof(int32_t);
  const bool direct = tiling.parts == 1 && !kWide;
  const PackedRowsKernel kernel = packedRowsKernel(tiling);
  const bool partsAre = tiling.parts > 0 && tiling.pairsPerPart > 0 &&
                        tiling.pairsPerPart <= kMostPairsOfPart &&
                        ceilDivide(tapPairs(shape), tiling.pairsPerPart) == tiling.parts;
  if (!validPacked(operands, tiling, rowTables) || kernel == nullptr || tiling.stages < 2 || !partsAre ||
      sums == nullptr || !aligned(sums) || (!direct && (partials == nullptr || !aligned(partials)))) {
    return cudaErrorInvalidValue;
  }
  const int64_t constant = shape.taps * operands.table.offset;
  const PackedRowsArguments arguments{shape,
                                      operands.codes,
                                      operands.codeStride,
                                      rowTables,
                                      operands.rows.count,
                                      tiling.stages,
                                      tiling.pairsPerPart,
                                      direct ? static_cast<int32_t>(constant) : 0,
                                      direct ? reinterpret_cast<int32_t*>(sums) : partials};
  const int sharedBytes = tiling.stages * stageBytes(operands.rows.count, tiling);
  if (const cudaError_t error =
          cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, sharedBytes)) {
    return error;
  }
  if (const cudaError_t error =
          launch(kernel, ceilDivide(shape.positions, tilePositions(tiling)), columnTiles(shape, tiling),
                 tiling.parts, tiling.threads, sharedBytes, stream, arguments)) {
    return error;
  }
  if (direct) return cudaSuccess;
  const int64_t count = shape.positions * shape.outputs;
  return launch(sumParts<Sum>, ceilDivide(count, kSumPartsThreads), 1, 1, kSumPartsThreads, 0, stream,
                tiling.parts, count, partials, static_cast<Sum>(constant), sums);
}

}  // namespace

cudaError_t gatherGemm(const GemmOperands& operands, int32_t* sums, cudaStream_t stream) {
  return gather(operands, sums, stream);
}

cudaError_t gatherGemm(const GemmOperands& operands, int64_t* sums, cudaStream_t stream) {
  return gather(operands, sums, stream);
}

cudaError_t buildRowTables(const GemmOperands& operands, const Tiling& tiling, int16_t* rowTables,
                           cudaStream_t stream) {
  if (!validPacked(operands, tiling, rowTables)) return cudaErrorInvalidValue;
  return launch(writeRowTables, 2 * tapPairs(operands.shape), columnTiles(operands.shape, tiling), 1,
                kRowTableThreads, 0, stream, operands, tiling.columns, rowTables);
}

cudaError_t packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                           int32_t* partials, int32_t* sums, cudaStream_t stream) {
  return packedRows(operands, tiling, rowTables, partials, sums, stream);
}

cudaError_t packedRowsGemm(const GemmOperands& operands, const Tiling& tiling, const int16_t* rowTables,
                           int32_t* partials, int64_t* sums, cudaStream_t stream) {
  return packedRows(operands, tiling, rowTables, partials, sums, stream);
}

}  // namespace approxtorch::cuda
