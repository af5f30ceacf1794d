#include "im2col.h"

#include <algorithm>
#include <cstring>

namespace approxtorch {
namespace {

inline int64_t divideUp(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

}  // namespace

void PanelTaps::locate(const ConvShape& s, int64_t first, int64_t count, int64_t width) {
  width_ = width;
  rows_.clear();
  for (int64_t done = 0; done < count;) {
    const int64_t image = (first + done) / s.outPlane();
    const int64_t position = (first + done) % s.outPlane();
    const int64_t ox = position % s.outWidth;
    const int64_t length = std::min(count - done, s.outWidth - ox);
    rows_.push_back({image * s.channels * s.height, position / s.outWidth * s.strideH - s.padTop,
                     ox * s.strideW - s.padLeft, done, length});
    done += length;
  }
  taps_.clear();
  for (int64_t ky = 0; ky < s.kernelH; ++ky) {
    for (int64_t kx = 0; kx < s.kernelW; ++kx) {
      for (const Row& row : rows_) {
        const int64_t iy = row.iy + ky * s.dilationH;
        const int64_t ix = row.ix + kx * s.dilationW;
        if (iy < 0 || iy >= s.height) {
          taps_.push_back({0, 0, 0});
          continue;
        }
        // The columns i with 0 ≤ ix + i·stride < width.
        const int64_t left = s.strideW == 1 ? -ix : divideUp(-ix, s.strideW);
        const int64_t right = s.strideW == 1 ? s.width - ix : divideUp(s.width - ix, s.strideW);
        const int64_t begin = std::clamp<int64_t>(left, 0, row.length);
        taps_.push_back(
            {(row.image + iy) * s.width + ix, begin, std::clamp<int64_t>(right, begin, row.length)});
      }
    }
  }
}

// The columns of one row, for one tap of some channels. Copies whole chunks where the tensor has as much, the
// padding among them, and mends these afterwards: a loop of constant length is several times faster than one
// of a few elements.
template <int stride>
void PanelTaps::packRun(const ConvShape& s, const float* x, const Channels& channels, const Row& row,
                        const Run& run, float* panel) const {
  constexpr int64_t kChunk = 8;
  const int64_t plane = s.height * s.width;
  const int64_t pitch = s.taps() * width_;
  const int64_t step = stride == 0 ? s.strideW : stride;
  const int64_t source = channels.first * plane + run.source;
  const int64_t lastSource = source + (channels.count - 1) * plane;
  const int64_t wanted = (row.length + kChunk - 1) / kChunk * kChunk;
  const int64_t room = (width_ - row.column) / kChunk * kChunk;
  const int64_t chunks = std::min(wanted, room);
  const int64_t total = s.batch * s.channels * plane;
  float* const to = panel + row.column;
  if (run.begin == run.end) {
    for (int64_t c = 0; c < channels.count; ++c) std::fill_n(to + c * pitch, row.length, 0.0f);
    return;
  }
  int64_t begin = run.begin;
  if (stride != 0 && source >= 0 && lastSource + chunks * step <= total) {
    for (int64_t i = 0; i < chunks; i += kChunk) {
      const float* from = x + source + i * step;
      float* chunk = to + i;
      for (int64_t c = 0; c < channels.count; ++c, from += plane, chunk += pitch) {
        if (stride == 1) {
          std::memcpy(chunk, from, kChunk * sizeof(float));
        } else {
          for (int64_t j = 0; j < kChunk; ++j) chunk[j] = from[j * stride];
        }
      }
    }
    begin = std::max(begin, chunks);
  }
  for (int64_t c = 0; begin < run.end && c < channels.count; ++c) {
    const float* from = x + source + c * plane;
    for (int64_t i = begin; i < run.end; ++i) to[c * pitch + i] = from[i * step];
  }
  // A few columns of many channels: along the channels, where the compiler makes no calls of memset of it.
  const auto clear = [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      for (int64_t c = 0; c < channels.count; ++c) to[c * pitch + i] = 0.0f;
    }
  };
  clear(0, run.begin);
  clear(run.end, row.length);
}

void PanelTaps::pack(const ConvShape& s, const float* x, int64_t group, int64_t begin, int64_t end,
                     float* panel) const {
  const Run* run = taps_.data();
  const int64_t used = rows_.back().column + rows_.back().length;
  for (int64_t tap = 0; tap < s.taps(); ++tap) {
    // The channels c with begin ≤ c·taps + tap < end.
    const int64_t first = divideUp(begin - tap, s.taps());
    const Channels channels{group + first, divideUp(end - tap, s.taps()) - first};
    float* to = panel + (first * s.taps() + tap - begin) * width_;
    for (const Row& row : rows_) {
      if (channels.count > 0 && s.strideW == 1) {
        packRun<1>(s, x, channels, row, *run, to);
      } else if (channels.count > 0 && s.strideW == 2) {
        packRun<2>(s, x, channels, row, *run, to);
      } else if (channels.count > 0) {
        packRun<0>(s, x, channels, row, *run, to);
      }
      ++run;
    }
    for (int64_t c = 0; used < width_ && c < channels.count; ++c) {
      std::fill_n(to + c * s.taps() * width_ + used, width_ - used, 0.0f);
    }
  }
}

}  // namespace approxtorch
