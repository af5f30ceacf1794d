#include "strided_copy.h"

#include "../cpu/transpose.h"
#include "common.h"

namespace approxtorch {

StridedCopy::StridedCopy(const StridedCopySpec& spec)
    : x_(spec.x.f32() + spec.start), y_(spec.y.f32()), outer_(spec.axes), row_{1, 1, 1}, across_{1, 1, 1} {
  if (outer_.empty()) return;
  row_ = outer_.back();
  outer_.pop_back();
  if (row_.from == 1) return;
  for (size_t i = 0; i < outer_.size(); ++i) {
    if (outer_[i].from != 1) continue;
    across_ = outer_[i];
    outer_.erase(outer_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void StridedCopy::run(RunContext& context) {
  int64_t outer = 1;
  for (const Axis& axis : outer_) outer *= axis.size;
  if (across_.size == 1) {
    copyRows(context, outer);
  } else {
    copyTiles(context, outer);
  }
}

void StridedCopy::copyRows(RunContext& context, int64_t outer) {
  context.pool().parallelFor(outer, rowsPerGrain(row_.size), [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = 0;
      int64_t to = 0;
      int64_t index = i;
      for (size_t a = outer_.size(); a-- > 0;) {
        from += index % outer_[a].size * outer_[a].from;
        to += index % outer_[a].size * outer_[a].to;
        index /= outer_[a].size;
      }
      const float* x = x_ + from;
      float* y = y_ + to;
      if (row_.from == 1) {
        std::copy_n(x, row_.size, y);
      } else {
        for (int64_t j = 0; j < row_.size; ++j) y[j] = x[j * row_.from];
      }
    }
  });
}

// In squares whose lines of both tensors fit the first cache.
void StridedCopy::copyTiles(RunContext& context, int64_t outer) {
  constexpr int64_t kTile = 32;
  const int64_t tilesAcross = (across_.size + kTile - 1) / kTile;
  const int64_t tiles = tilesAcross * ((row_.size + kTile - 1) / kTile);
  const int64_t area = std::min(kTile, across_.size) * std::min(kTile, row_.size);
  context.pool().parallelFor(outer * tiles, rowsPerGrain(area), [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = 0;
      int64_t to = 0;
      int64_t index = i / tiles;
      for (size_t a = outer_.size(); a-- > 0;) {
        from += index % outer_[a].size * outer_[a].from;
        to += index % outer_[a].size * outer_[a].to;
        index /= outer_[a].size;
      }
      const int64_t firstAcross = i % tiles % tilesAcross * kTile;
      const int64_t firstRow = i % tiles / tilesAcross * kTile;
      const int64_t lastAcross = std::min(across_.size, firstAcross + kTile);
      const int64_t lastRow = std::min(row_.size, firstRow + kTile);
      transposeCopy(x_ + from + firstRow * row_.from + firstAcross, row_.from,
                    y_ + to + firstAcross * across_.to + firstRow, across_.to, lastRow - firstRow,
                    lastAcross - firstAcross);
    }
  });
}

}  // namespace approxtorch
