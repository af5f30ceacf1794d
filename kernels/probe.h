// Whether a device runs this library's code; probeDevice of interface.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtorch::cuda {

int32_t probeDevice(int32_t index, uint64_t* freeMemory, char* error, size_t errorSize);

}  // namespace approxtorch::cuda
