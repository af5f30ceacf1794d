// Launches kernels, on the device and under emulation.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "ceil_divide.h"
#include "plan/memory.h"

namespace approxtorch::cuda {

// Blocks of a grid.
struct Grid {
  int64_t x, y = 1, z = 1;
};

// Throws CudaError where no device takes the grid.
inline dim3 dimensionsOf(const Grid& grid) {
  constexpr int64_t kMostX = INT32_MAX, kMostYZ = 65535;
  if (grid.x > kMostX || grid.y > kMostYZ || grid.z > kMostYZ) {
    throw CudaError(cudaErrorInvalidConfiguration, "a kernel's grid");
  }
  return dim3(static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z));
}

// Throws CudaError.
template <class... Parameters>
void launch(cudaStream_t stream, void (*kernel)(Parameters...), Grid grid, int threads, size_t sharedBytes,
            std::common_type_t<Parameters>... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = dimensionsOf(grid);
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = sharedBytes;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, arguments...), "a kernel");
}

constexpr int kThreads = 256;  // of a block, for kernels of independent elements

// The thread's number in a grid of one-dimensional blocks.
__device__ __forceinline__ int64_t globalThread() { return int64_t{blockIdx.x} * blockDim.x + threadIdx.x; }

// One thread per element: the kernel takes `count` first and returns where globalThread() is not below it.
template <class... Parameters>
void launchEach(cudaStream_t stream, int64_t count, void (*kernel)(int64_t, Parameters...),
                std::common_type_t<Parameters>... arguments) {
  launch(stream, kernel, {ceilDivide(count, kThreads)}, kThreads, 0, count, arguments...);
}

}  // namespace approxtorch::cuda
