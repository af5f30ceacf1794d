#include "elementwise_loops.h"
#include "packed_rows_x86.h"
#include "permute_avx512.h"

namespace approxtorch::lut {
namespace {

struct Vector512 {
  using Register = __m512i;
  static constexpr int kLanes = 32;
  static Register load(const int16_t* p) { return _mm512_load_si512(p); }
  static Register load32(const int32_t* p) { return _mm512_load_si512(p); }
  static void store32(int32_t* p, Register v) { _mm512_store_si512(p, v); }
  static Register add16(Register a, Register b) { return _mm512_add_epi16(a, b); }
  static Register add32(Register a, Register b) { return _mm512_add_epi32(a, b); }
  static Register ones() { return _mm512_set1_epi16(1); }
  static Register widenLow(Register a, Register b, Register one) {
    return _mm512_madd_epi16(_mm512_unpacklo_epi16(a, b), one);
  }
  static Register widenHigh(Register a, Register b, Register one) {
    return _mm512_madd_epi16(_mm512_unpackhi_epi16(a, b), one);
  }
};

void accumulateRows(const RowPass& pass, int lanes) {
  lanes == 32 ? accumulateVectors<Vector512, 1>(pass) : accumulateVectors<Vector256, 1>(pass);
}

void packRows(const int16_t* const* columns, int rows, int lanes, int16_t* table) {
  packRowsOrdered(columns, rows, lanes, lanes >= Vector512::kLanes ? Vector512::kLanes : Vector256::kLanes,
                  table);
}

}  // namespace

const Kernels* avx512Kernels() {
  static const Kernels kernels = {"avx512",       {32, 16, 0},        4,
                                  accumulateRows, packRows,           transposeAccX86,
                                  permuteSums,    addPlanesLoop,      dequantizeLoop,
                                  quantizeLoop,   quantizeMaskedLoop, observeRangeLoop};
  return &kernels;
}

}  // namespace approxtorch::lut
