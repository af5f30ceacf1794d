#include "elementwise_loops.h"
#include "packed_rows_x86.h"

namespace approxtorch::lut {
namespace {

void accumulateRows(const RowPass& pass, int lanes) {
  lanes == 32 ? accumulateVectors<Vector256, 2>(pass) : accumulateVectors<Vector256, 1>(pass);
}

void packRows(const int16_t* const* columns, int rows, int lanes, int16_t* table) {
  packRowsOrdered(columns, rows, lanes, Vector256::kLanes, table);
}

}  // namespace

const Kernels* avx2Kernels() {
  static const Kernels kernels = {"avx2",         {32, 16, 0},        2,
                                  accumulateRows, packRows,           transposeAccX86,
                                  nullptr,        addPlanesLoop,      dequantizeLoop,
                                  quantizeLoop,   quantizeMaskedLoop, observeRangeLoop};
  return &kernels;
}

}  // namespace approxtorch::lut
