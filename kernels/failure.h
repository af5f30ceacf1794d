// From errors of the CUDA runtime to those of interface.h.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace approxtorch::cuda {

// The status for a call that returned `code`; where it is not OK, `error` gets what the runtime says.
int32_t statusOf(cudaError_t code, char* error, size_t errorSize);

// FAILED with this text.
int32_t failed(const char* text, char* error, size_t errorSize);

}  // namespace approxtorch::cuda
