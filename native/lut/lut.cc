#include "lut.h"

#include <algorithm>

namespace approxtorch {
namespace {

// A model uses few combinations; a training run with drifting slopes must not grow without bound.
constexpr size_t kCacheLimit = 32;

}  // namespace

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
  if (cache_.size() >= kCacheLimit) cache_.erase(cache_.begin());
  cache_.push_back({slope, rowLo, rowHi, columns});
  return columns;
}

std::shared_ptr<const BytePlanes> Lut::bytePlanes(int rowLo, int rowHi) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const CachedPlanes& entry : planes_) {
    if (entry.rowLo == rowLo && entry.rowHi == rowHi) return entry.planes;
  }
  auto planes = std::make_shared<BytePlanes>();
  planes->data.assign(static_cast<size_t>(kOperands) * 2 * kOperands, 0);
  for (int w = 0; w < kOperands; ++w) {
    const auto [low, high] = std::minmax_element(column(w) + rowLo, column(w) + rowHi + 1);
    planes->low[w] = *low;
    planes->fits[w] = static_cast<int64_t>(*high) - *low <= UINT16_MAX;
    uint8_t* lows = planes->data.data() + static_cast<size_t>(w) * 2 * kOperands;
    for (int a = rowLo; a <= rowHi; ++a) {
      const uint32_t value = static_cast<uint32_t>(column(w)[a]) - static_cast<uint32_t>(*low);
      lows[a] = static_cast<uint8_t>(value);
      lows[kOperands + a] = static_cast<uint8_t>(value >> 8);
    }
  }
  if (planes_.size() >= kCacheLimit) planes_.erase(planes_.begin());
  planes_.push_back({rowLo, rowHi, planes});
  return planes;
}

}  // namespace approxtorch
