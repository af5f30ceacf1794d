// What a kernel finds wrong with the data: the first fault of a run, which the host reads after it.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

struct Fault {
  int32_t op;     // 1 + index of the op; 0: none
  int32_t index;  // of what is wrong, as the op counts
  float value;    // that is wrong
};

// For kernels of one op.
struct FaultReport {
  Fault* fault;
  int32_t op;  // 1 + index

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
  __device__ void raise(int32_t index, float value) const {
    if (atomicCAS(&fault->op, 0, op) != 0) return;
    fault->index = index;
    fault->value = value;
  }
  // Whether an op has found something wrong in this run: then states must stay what they are.
  __device__ bool raised() const { return *static_cast<const volatile int32_t*>(&fault->op) != 0; }
#endif
};

}  // namespace approxtorch::cuda
