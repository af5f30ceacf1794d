// Host side of DeviceTable: products of 16 bits where a table allows them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace approxtorch::cuda {

struct TableRange {
  int32_t low, high;
};

inline TableRange tableRange(const int32_t* table, size_t count) {
  const auto ends = std::minmax_element(table, table + count);
  return {*ends.first, *ends.second};
}

inline int64_t magnitude(TableRange range) { return std::max(-int64_t{range.low}, int64_t{range.high}); }

// Whether T − offset fits 16 bits for some offset.
inline bool fitsNarrow(TableRange range) { return int64_t{range.high} - range.low <= UINT16_MAX; }

// 0 where T itself fits.
inline int32_t narrowOffset(TableRange range) {
  if (range.low >= INT16_MIN && range.high <= INT16_MAX) return 0;
  return static_cast<int32_t>(range.low < INT16_MIN ? int64_t{range.low} - INT16_MIN
                                                    : int64_t{range.high} - INT16_MAX);
}

inline void narrowTable(const int32_t* table, size_t count, int32_t offset, int16_t* narrow) {
  for (size_t i = 0; i < count; ++i) narrow[i] = static_cast<int16_t>(int64_t{table[i]} - offset);
}

// The most lowest bits of a row's number that do not matter.
inline int equalRowShift(const int32_t* table, int rows, int columns) {
  const auto matters = [&](int bit) {
    for (int row = 0; row < rows; ++row) {
      const int32_t* const entries = table + int64_t{row} * columns;
      if (!std::equal(entries, entries + columns, table + int64_t{row & ~(1 << bit)} * columns)) return true;
    }
    return false;
  };
  int shift = 0;
  while (2 << shift <= rows && !matters(shift)) ++shift;
  return shift;
}

// Whether sums of `taps` products provably fit 32 bits.
inline bool sumsFit32(int64_t taps, int64_t magnitude) { return taps * magnitude <= INT32_MAX; }

}  // namespace approxtorch::cuda
