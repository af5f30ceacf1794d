// Whether values hold a NaN or an infinity.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

// Sets *found to 1 where some value is not finite; leaves it alone elsewhere.
void findNonFiniteValues(const float* values, int64_t count, int32_t* found, cudaStream_t stream);

}  // namespace approxtorch::cuda
