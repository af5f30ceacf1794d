// Versions and devices; the functions of these names in interface.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "interface.h"

namespace approxtorch::cuda {

int32_t versions(int32_t* runtime, int32_t* driver, char* error, size_t errorSize);
int32_t deviceCount(int32_t* count, char* error, size_t errorSize);
int32_t deviceProperties(int32_t index, ApproxtorchCudaDevice* device, char* error, size_t errorSize);

}  // namespace approxtorch::cuda
