#pragma once

namespace approxtorch::cuda {

// What there is of a device.
struct DeviceTraits {
  int multiprocessors;
  int sharedBytes;  // that a block may ask for
};

}  // namespace approxtorch::cuda
