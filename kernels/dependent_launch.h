// Kernels whose launch need not wait for the end of the kernel before: they begin while its last blocks end,
// and wait themselves, which hides the time that a launch takes.
#pragma once

#include <cuda_runtime.h>

#include "launch.h"

namespace approxtorch::cuda {

#ifdef APPROXTORCH_CUDA_EMULATED
inline void waitForLaunchBefore() {}

template <class... Parameters, class... Arguments>
void launchDependent(cudaStream_t stream, void (*kernel)(Parameters...), Grid grid, int threads,
                     Arguments&&... arguments) {
  launch(stream, kernel, grid, threads, 0, arguments...);
}
#else
// To be called before anything is read that the kernel before has written.
__device__ __forceinline__ void waitForLaunchBefore() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  cudaGridDependencySynchronize();
#endif
}

template <class... Parameters>
void launchDependent(cudaStream_t stream, void (*kernel)(Parameters...), Grid grid, int threads,
                     std::common_type_t<Parameters>... arguments) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = dimensionsOf(grid);
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = 1;
  check(cudaLaunchKernelEx(&config, kernel, arguments...), "a kernel");
}
#endif

}  // namespace approxtorch::cuda
