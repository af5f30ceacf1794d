#include "value_range.h"

#include <algorithm>

#include "kernels.h"

namespace approxtorch::lut {

std::vector<ValueRange> observeRanges(const float* x, int64_t sets, int64_t count, ThreadPool& pool) {
  constexpr int64_t kPiece = 1 << 16;
  const int64_t pieces = (count + kPiece - 1) / kPiece;
  std::vector<ValueRange> parts(static_cast<size_t>(sets * pieces));
  pool.parallelFor(sets * pieces, std::max<int64_t>(1, kPiece / count), [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % pieces * kPiece;
      ValueRange& part = parts[static_cast<size_t>(i)];
      part.finite = kernels().observeRange(x + i / pieces * count + first, std::min(kPiece, count - first),
                                           &part.low, &part.high);
    }
  });
  std::vector<ValueRange> ranges(static_cast<size_t>(sets));
  for (size_t i = 0; i < parts.size(); ++i) {
    ValueRange& range = ranges[i / static_cast<size_t>(pieces)];
    range = {std::min(range.low, parts[i].low), std::max(range.high, parts[i].high),
             range.finite && parts[i].finite};
  }
  return ranges;
}

}  // namespace approxtorch::lut
