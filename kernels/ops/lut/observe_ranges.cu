#include <algorithm>

#include "../../launch.h"
#include "observe_ranges.h"

namespace approxtorch::cuda {
namespace {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

// One block per part (x) and set (y).
__global__ void __launch_bounds__(kThreads) observe(int64_t count, const float* x, RangeBits* parts) {
  const int64_t set = blockIdx.y;
  RangeBits found{0, 0};
  for (int64_t i = globalThread(); i < count; i += int64_t{gridDim.x} * kThreads) {
    const int32_t bits = __float_as_int(x[set * count + i]);
    found.positive = max(found.positive, bits);
    found.negative = max(found.negative, static_cast<int32_t>(static_cast<unsigned>(bits) ^ 0x80000000u));
  }
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    found.positive = max(found.positive, __shfl_xor_sync(kAllLanes, found.positive, lanes));
    found.negative = max(found.negative, __shfl_xor_sync(kAllLanes, found.negative, lanes));
  }
  __shared__ int32_t positive[kThreads / kWarp], negative[kThreads / kWarp];
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  if (threadIdx.x % kWarp == 0) {
    positive[warp] = found.positive;
    negative[warp] = found.negative;
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (int i = 1; i < kThreads / kWarp; ++i) {
    found.positive = max(found.positive, positive[i]);
    found.negative = max(found.negative, negative[i]);
  }
  parts[set * gridDim.x + blockIdx.x] = found;
}

}  // namespace

int32_t rangeParts(int64_t count) {
  constexpr int64_t kValues = int64_t{16} * kThreads;  // of a part
  constexpr int64_t kMost = 256;
  return static_cast<int32_t>(std::min(kMost, ceilDivide(count, kValues)));
}

void observeRanges(const float* x, int64_t sets, int64_t count, RangeBits* parts, cudaStream_t stream) {
  constexpr int64_t kMostSets = 65535;  // of a grid
  for (int64_t first = 0; first < sets; first += kMostSets) {
    launch(stream, observe, {rangeParts(count), std::min(kMostSets, sets - first)}, kThreads, 0, count,
           x + first * count, parts + first * rangeParts(count));
  }
}

}  // namespace approxtorch::cuda
