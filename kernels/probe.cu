#include <cuda_runtime.h>

#include "failure.h"
#include "interface.h"
#include "probe.h"

namespace approxtorch::cuda {
namespace {

constexpr int kThreads = 64;

__global__ void squares(int* out) {
  const int i = static_cast<int>(threadIdx.x);
  out[i] = i * i;
}

// The kernel's result in `host`.
cudaError_t runSquares(int* host) {
  int* out = nullptr;
  cudaError_t code = cudaMalloc(&out, kThreads * sizeof(int));
  if (code != cudaSuccess) return code;
  cudaLaunchConfig_t config{};
  config.gridDim = config.blockDim = dim3(1);
  config.blockDim.x = kThreads;
  code = cudaLaunchKernelEx(&config, squares, out);
  // Waits for the kernel.
  if (code == cudaSuccess) code = cudaMemcpy(host, out, kThreads * sizeof(int), cudaMemcpyDeviceToHost);
  const cudaError_t freed = cudaFree(out);
  return code == cudaSuccess ? freed : code;
}

}  // namespace

int32_t probeDevice(int32_t index, uint64_t* freeMemory, char* error, size_t errorSize) {
  int host[kThreads] = {};
  size_t free = 0, total = 0;
  cudaError_t code = cudaSetDevice(index);
  if (code == cudaSuccess) code = runSquares(host);
  if (code == cudaSuccess) code = cudaMemGetInfo(&free, &total);
  if (code != cudaSuccess) return statusOf(code, error, errorSize);
  for (int i = 0; i < kThreads; ++i) {
    if (host[i] != i * i) return failed("a kernel's result is wrong", error, errorSize);
  }
  *freeMemory = free;
  return APPROXTORCH_CUDA_OK;
}

}  // namespace approxtorch::cuda
