#include "../launch.h"
#include "non_finite.h"

namespace approxtorch::cuda {
namespace {

__global__ void markNonFinite(int64_t count, const float* values, int32_t* found) {
  const int64_t i = globalThread();
  if (i < count && !isfinite(values[i])) *found = 1;
}

}  // namespace

void findNonFiniteValues(const float* values, int64_t count, int32_t* found, cudaStream_t stream) {
  launchEach(stream, count, markNonFinite, values, found);
}

}  // namespace approxtorch::cuda
