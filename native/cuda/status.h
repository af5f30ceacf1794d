// What there is of CUDA on this machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../../kernels/interface.h"

namespace approxtorch {

struct CudaStatus {
  bool built = false;
  std::string reason;               // of one line: why no device can be used; empty where one can
  std::string codes;                // the device code in the library, as interface.h says
  std::string opTypes;              // that plans may name, separated by blanks
  std::string kernels;              // families of LUT-GEMM kernels, likewise
  int32_t runtime = 0, driver = 0;  // versions, as interface.h says; 0: unknown
  std::vector<ApproxtorchCudaDevice> devices;
};

// `path`: the CUDA library. Leaves devices alone; probeCudaDevice tries one.
CudaStatus cudaStatus(const std::string& path);

// Runs a kernel on a device and returns the bytes that are free there. Throws std::runtime_error with a
// reason of one line.
uint64_t probeCudaDevice(const std::string& path, int32_t index);

// 13010 -> "13.1".
std::string cudaVersionText(int32_t version);

}  // namespace approxtorch
