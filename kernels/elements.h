// Kernels of independent elements, of which every thread takes a few.
#pragma once

#include "launch.h"

namespace approxtorch::cuda {

constexpr int kElementsOfThread = 4;

// The kernel takes `count` first and gives it to eachElement().
template <class... Parameters>
void launchElements(cudaStream_t stream, int64_t count, void (*kernel)(int64_t, Parameters...),
                    std::common_type_t<Parameters>... arguments) {
  launch(stream, kernel, {ceilDivide(count, kThreads * kElementsOfThread)}, kThreads, 0, count, arguments...);
}

// Calls write(i, read(i)) for the thread's elements. What read() loads, write() is to work on: then all loads
// are under way together, although the compiler must assume that writes change what is still to be loaded.
template <class Read, class Write>
__device__ __forceinline__ void eachElement(int64_t count, Read&& read, Write&& write) {
  const int64_t first = int64_t{blockIdx.x} * (kThreads * kElementsOfThread) + threadIdx.x;
  decltype(read(first)) values[kElementsOfThread];
#pragma unroll
  for (int k = 0; k < kElementsOfThread; ++k) {
    const int64_t i = first + k * kThreads;
    if (i < count) values[k] = read(i);
  }
#pragma unroll
  for (int k = 0; k < kElementsOfThread; ++k) {
    const int64_t i = first + k * kThreads;
    if (i < count) write(i, values[k]);
  }
}

}  // namespace approxtorch::cuda
