// The second pass over a product whose terms were summed in parts.
#pragma once

#include "finish.h"

namespace approxtorch::cuda {

// results[i] = the sum of parts[p·count + i] over the parts, finished; always in the same order.
void sumParts(cudaStream_t stream, const float* parts, int partCount, int64_t count, const Finish& finish,
              float* results);

}  // namespace approxtorch::cuda
