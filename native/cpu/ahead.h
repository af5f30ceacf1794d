// Prefetching.
#pragma once

#include <cstdint>

namespace approxtorch {

// Memory that will soon be read or written. The loops fetch some cache lines of it after every tile, so that
// nobody waits for all of them later.
struct Ahead {
  struct Range {
    const char* next = nullptr;
    const char* end = nullptr;
    int64_t lines = 0;  // per tile
  };
  Range first, second;  // to be read
  Range written;
};

namespace {

constexpr int64_t kCacheLine = 64;

// `bytes` from `data` on, to be fetched in about `tiles` steps.
inline Ahead::Range rangeAhead(const void* data, int64_t bytes, int64_t tiles) {
  const char* begin = static_cast<const char*>(data);
  return {begin, begin + bytes, (bytes / kCacheLine + tiles) / tiles};
}

template <int write>
inline void fetchSome(Ahead::Range& range) {
  for (int64_t i = 0; i < range.lines && range.next < range.end; ++i, range.next += kCacheLine) {
    __builtin_prefetch(range.next, write, 2);
  }
}

inline void fetchSome(Ahead& ahead) {
  fetchSome<0>(ahead.first);
  fetchSome<0>(ahead.second);
  fetchSome<1>(ahead.written);
}

}  // namespace
}  // namespace approxtorch
