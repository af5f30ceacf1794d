// Stands in for CUDA's header where kernels run on the CPU (block.h): what this project's kernels use of it.
#pragma once

#include <map>
#include <tuple>
#include <utility>

#include "block.h"
#include "cuda_runtime_api.h"
#include "intrinsics.h"

#define APPROXTORCH_CUDA_EMULATED 1

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
// Blocks run one after the other, so one instance of a block's memory is enough.
#define __shared__ static
#define __syncthreads() ::approxtorch::emulate::waitForBlock(__LINE__)

inline uint3 threadIdx, blockIdx;
inline dim3 blockDim, gridDim;

enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };

struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  size_t dynamicSmemBytes;
  cudaStream_t stream;
};

namespace approxtorch::emulate {

constexpr int kSharedBytes = 48 << 10;       // a block's, unless the kernel's attribute allows more
constexpr int kMostSharedBytes = 227 << 10;  // compute capability 9.0

inline std::map<const void*, int>& sharedLimits() {
  static std::map<const void*, int> limits;
  return limits;
}

}  // namespace approxtorch::emulate

template <class Kernel>
cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute, int bytes) {
  if (bytes < 0 || bytes > approxtorch::emulate::kMostSharedBytes) return cudaErrorInvalidValue;
  approxtorch::emulate::sharedLimits()[reinterpret_cast<const void*>(kernel)] = bytes;
  return cudaSuccess;
}

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  namespace emulate = approxtorch::emulate;
  if (emulate::launchFails()) return cudaErrorLaunchFailure;
  const dim3 grid = config->gridDim, block = config->blockDim;
  const size_t threads = size_t{block.x} * block.y * block.z;
  if (threads == 0 || threads > emulate::kMaxThreads || block.z > 64) return cudaErrorInvalidConfiguration;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
    return cudaErrorInvalidConfiguration;
  }
  const auto limit = emulate::sharedLimits().find(reinterpret_cast<const void*>(kernel));
  const int allowed = limit == emulate::sharedLimits().end() ? emulate::kSharedBytes : limit->second;
  if (config->dynamicSmemBytes > static_cast<size_t>(allowed)) return cudaErrorInvalidValue;
  const std::tuple<Parameters...> given(std::forward<Arguments>(arguments)...);
  emulate::enqueue([grid, block, shared = config->dynamicSmemBytes, kernel, given] {
    emulate::runGrid(grid, block, shared, [&] { std::apply(kernel, given); });
  });
  return cudaSuccess;
}
