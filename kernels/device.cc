#include "device.h"

#include <cstdio>

#include "failure.h"

namespace approxtorch::cuda {

int32_t versions(int32_t* runtime, int32_t* driver, char* error, size_t errorSize) {
  cudaError_t code = cudaRuntimeGetVersion(runtime);
  if (code == cudaSuccess) code = cudaDriverGetVersion(driver);
  return statusOf(code, error, errorSize);
}

int32_t deviceCount(int32_t* count, char* error, size_t errorSize) {
  const cudaError_t code = cudaGetDeviceCount(count);
  return statusOf(code == cudaSuccess && *count < 1 ? cudaErrorNoDevice : code, error, errorSize);
}

int32_t deviceProperties(int32_t index, ApproxtorchCudaDevice* device, char* error, size_t errorSize) {
  cudaDeviceProp properties;
  const cudaError_t code = cudaGetDeviceProperties(&properties, index);
  if (code != cudaSuccess) return statusOf(code, error, errorSize);
  std::snprintf(device->name, sizeof device->name, "%s", properties.name);
  device->major = properties.major;
  device->minor = properties.minor;
  device->multiprocessors = properties.multiProcessorCount;
  device->totalMemory = properties.totalGlobalMem;
  return APPROXTORCH_CUDA_OK;
}

}  // namespace approxtorch::cuda
