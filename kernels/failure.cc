#include "failure.h"

#include <cstdio>

#include "interface.h"

namespace approxtorch::cuda {
namespace {

// Where the runtime finds no driver it says that the driver is too old for it.
int32_t insufficientDriver() {
  int version = 0;
  return cudaDriverGetVersion(&version) == cudaSuccess && version > 0 ? APPROXTORCH_CUDA_DRIVER_TOO_OLD
                                                                      : APPROXTORCH_CUDA_NO_DRIVER;
}

}  // namespace

int32_t statusOf(cudaError_t code, char* error, size_t errorSize) {
  if (code == cudaSuccess) return APPROXTORCH_CUDA_OK;
  cudaGetLastError();  // the next call shall not report this one again
  std::snprintf(error, errorSize, "%s (%s)", cudaGetErrorString(code), cudaGetErrorName(code));
  switch (code) {
    case cudaErrorInsufficientDriver:
      return insufficientDriver();
    case cudaErrorNoDevice:
      return APPROXTORCH_CUDA_NO_DEVICE;
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
      return APPROXTORCH_CUDA_NO_CODE;
    default:
      return APPROXTORCH_CUDA_FAILED;
  }
}

int32_t failed(const char* text, char* error, size_t errorSize) {
  std::snprintf(error, errorSize, "%s", text);
  return APPROXTORCH_CUDA_FAILED;
}

}  // namespace approxtorch::cuda
