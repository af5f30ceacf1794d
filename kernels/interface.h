// What the CUDA library (approxtorch_cuda) offers the addon: plain C, and no exceptions across the border.
// The library exports approxtorch_cuda_interface and nothing else.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Rises where something that exists changes. Functions are appended to the table without: its size tells.
#define APPROXTORCH_CUDA_INTERFACE_VERSION 1

// The name under which approxtorch_cuda_interface is looked up.
#define APPROXTORCH_CUDA_ENTRY "approxtorch_cuda_interface"

// What functions return. With any but OK, `error` (of `errorSize` > 0 chars) holds a text, ended by 0, cut to
// fit.
enum {
  APPROXTORCH_CUDA_OK = 0,
  APPROXTORCH_CUDA_FAILED = 1,          // the text is all that is known
  APPROXTORCH_CUDA_NO_DRIVER = 2,       // libcuda cannot be loaded
  APPROXTORCH_CUDA_DRIVER_TOO_OLD = 3,  // for the runtime in the library
  APPROXTORCH_CUDA_NO_DEVICE = 4,       // the driver finds none, or none that may be used
  APPROXTORCH_CUDA_NO_CODE = 5,         // the library has no code for the device's architecture
};

typedef struct ApproxtorchCudaDevice {
  char name[256];
  int32_t major, minor;  // compute capability
  int32_t multiprocessors;
  uint64_t totalMemory;  // bytes
} ApproxtorchCudaDevice;

typedef struct ApproxtorchCudaInterface {
  uint32_t version;   // APPROXTORCH_CUDA_INTERFACE_VERSION of the library's build
  uint32_t size;      // sizeof(ApproxtorchCudaInterface), likewise
  const char* codes;  // the device code inside: "sm_80 sm_90 compute_90", the last one as PTX

  // CUDA versions as 1000 * major + 10 * minor: of the runtime inside, and the latest that the driver
  // supports (0: there is no driver).
  int32_t (*versions)(int32_t* runtime, int32_t* driver, char* error, size_t errorSize);

  // The number of devices, at least 1 with OK.
  int32_t (*deviceCount)(int32_t* count, char* error, size_t errorSize);

  // What the driver says of a device. Costs no memory there: it is not initialized.
  int32_t (*deviceProperties)(int32_t index, ApproxtorchCudaDevice* device, char* error, size_t errorSize);

  // Runs a kernel on a device, checks its result, and says how many bytes are free then.
  int32_t (*probeDevice)(int32_t index, uint64_t* freeMemory, char* error, size_t errorSize);
} ApproxtorchCudaInterface;

// The table is constant and lives as long as the library is loaded.
const ApproxtorchCudaInterface* approxtorch_cuda_interface(void);

#ifdef __cplusplus
}
#endif
