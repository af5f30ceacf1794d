// The block's dynamic shared memory, on the device and under emulation.
#pragma once

#include <cuda_runtime.h>

namespace approxtorch::cuda {

#ifdef __CUDACC__
__device__ __forceinline__ unsigned char* dynamicShared() {
  extern __shared__ uint4 dynamicSharedMemory[];
  return reinterpret_cast<unsigned char*>(dynamicSharedMemory);
}
#else
inline unsigned char* dynamicShared() { return static_cast<unsigned char*>(emulate::dynamicShared()); }
#endif

}  // namespace approxtorch::cuda
