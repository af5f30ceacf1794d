#include "device_lut.h"

#include <vector>

#include "../lut_gemm/table.h"

namespace approxtorch::cuda {

void DeviceLut::set(const int32_t* table) {
  constexpr size_t kCount = size_t{kOperands} * kOperands;
  const TableRange range = tableRange(table, kCount);
  upload(wide_.reserve(kCount * sizeof(int32_t)), table, kCount * sizeof(int32_t), "a multiplier's table");
  table_ = {nullptr,   nullptr,   wide_.as<int32_t>(), 0,
            kOperands, kOperands, magnitude(range),    equalRowShift(table, kOperands, kOperands)};
  if (fitsNarrow(range)) {
    table_.offset = narrowOffset(range);
    std::vector<int16_t> narrow(kCount);
    narrowTable(table, kCount, table_.offset, narrow.data());
    upload(narrow_.reserve(kCount * sizeof(int16_t)), narrow.data(), kCount * sizeof(int16_t),
           "a multiplier's table");
    std::vector<int16_t> columns(kCount);
    for (size_t i = 0; i < kCount; ++i) columns[i % kOperands * kOperands + i / kOperands] = narrow[i];
    upload(columns_.reserve(kCount * sizeof(int16_t)), columns.data(), kCount * sizeof(int16_t),
           "a multiplier's table");
    table_.narrow = narrow_.as<int16_t>();
    table_.columnsOf = columns_.as<int16_t>();
  }
  ++generation_;
}

}  // namespace approxtorch::cuda
