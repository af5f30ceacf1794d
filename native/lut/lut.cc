#include "lut.h"

#include <algorithm>

namespace approxtorch {

std::shared_ptr<const Lut> Lut::create(const int32_t* table) {
  std::shared_ptr<Lut> lut(new Lut());
  lut->rows_.assign(table, table + kOperands * kOperands);
  lut->columns_.resize(lut->rows_.size());
  for (int a = 0; a < kOperands; ++a) {
    for (int w = 0; w < kOperands; ++w) {
      const int32_t value = lut->rows_[a * kOperands + w];
      lut->columns_[w * kOperands + a] = value;
      lut->magnitude_ = std::max(lut->magnitude_, std::abs(static_cast<int64_t>(value)));
    }
  }
  return lut;
}

std::shared_ptr<const Columns16> Lut::columns16(int slope, int rowLo, int rowHi) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const CachedColumns& entry : cache_) {
    if (entry.slope == slope && entry.rowLo == rowLo && entry.rowHi == rowHi) return entry.columns;
  }
  auto columns = std::make_shared<Columns16>();
  constexpr int kSlack = 64;
  columns->data.assign(static_cast<size_t>(kOperands) * kOperands + kSlack, 0);
  for (int w = 0; w < kOperands; ++w) {
    int64_t low = INT64_MAX;
    int64_t high = INT64_MIN;
    for (int a = 0; a < kOperands; ++a) {
      const int64_t value = static_cast<int64_t>(column(w)[a]) - static_cast<int64_t>(slope) * a;
      columns->data[static_cast<size_t>(w) * kOperands + a] =
          static_cast<int16_t>(static_cast<uint64_t>(value));
      if (a < rowLo || a > rowHi) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    columns->low[w] = low;
    columns->high[w] = high;
  }
  // A model uses few combinations; a training run with drifting slopes must not grow without bound.
  constexpr size_t kCacheLimit = 32;
  if (cache_.size() >= kCacheLimit) cache_.erase(cache_.begin());
  cache_.push_back({slope, rowLo, rowHi, columns});
  return columns;
}

}  // namespace approxtorch
