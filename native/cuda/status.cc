#include "status.h"

#include <filesystem>
#include <stdexcept>

#include "error_text.h"
#include "library.h"

namespace approxtorch {
namespace {

// Why `outcome`, which is not OK, ends the matter.
std::string reasonFor(int32_t outcome, const ErrorText& error, const CudaStatus& status) {
  switch (outcome) {
    case APPROXTORCH_CUDA_NO_DRIVER:
      return "there is no NVIDIA driver (libcuda.so.1 cannot be loaded)";
    case APPROXTORCH_CUDA_DRIVER_TOO_OLD:
      return "the NVIDIA driver is too old: it supports CUDA " + cudaVersionText(status.driver) +
             ", the CUDA library needs " + cudaVersionText(status.runtime);
    case APPROXTORCH_CUDA_NO_DEVICE:
      return "the NVIDIA driver offers no device: " + error.line();
    case APPROXTORCH_CUDA_NO_CODE:
      return "the CUDA library has no code for this device, only " + status.codes;
    default:
      return "CUDA fails: " + error.line();
  }
}

// Fills in everything but `built` and `reason`, and returns the reason.
std::string query(const CudaLibrary& library, CudaStatus& status) {
  ErrorText error;
  status.codes = library->codes;
  status.opTypes = library->opTypes;
  status.kernels = library->kernels;
  int32_t outcome = library->versions(&status.runtime, &status.driver, error.data, sizeof error.data);
  if (outcome != APPROXTORCH_CUDA_OK) return reasonFor(outcome, error, status);
  int32_t count = 0;
  outcome = library->deviceCount(&count, error.data, sizeof error.data);
  for (int32_t i = 0; outcome == APPROXTORCH_CUDA_OK && i < count; ++i) {
    ApproxtorchCudaDevice device{};
    outcome = library->deviceProperties(i, &device, error.data, sizeof error.data);
    if (outcome == APPROXTORCH_CUDA_OK) status.devices.push_back(device);
  }
  return outcome == APPROXTORCH_CUDA_OK ? "" : reasonFor(outcome, error, status);
}

}  // namespace

CudaStatus cudaStatus(const std::string& path) {
  CudaStatus status;
  std::error_code ignored;
  status.built = std::filesystem::exists(path, ignored);
  if (!status.built) {
    status.reason = "the CUDA library is not built (" + path +
                    " is missing); where nvcc is installed, it is built by: npm run build";
    return status;
  }
  try {
    status.reason = query(CudaLibrary(path), status);
  } catch (const std::runtime_error& failure) {
    status.reason = failure.what();
  }
  return status;
}

uint64_t probeCudaDevice(const std::string& path, int32_t index) {
  const CudaLibrary library(path);
  CudaStatus status;
  status.codes = library->codes;
  status.opTypes = library->opTypes;
  status.kernels = library->kernels;
  ErrorText error;
  uint64_t freeMemory = 0;
  int32_t outcome = library->versions(&status.runtime, &status.driver, error.data, sizeof error.data);
  if (outcome == APPROXTORCH_CUDA_OK) {
    outcome = library->probeDevice(index, &freeMemory, error.data, sizeof error.data);
  }
  if (outcome != APPROXTORCH_CUDA_OK) throw std::runtime_error(reasonFor(outcome, error, status));
  return freeMemory;
}

std::string cudaVersionText(int32_t version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace approxtorch
