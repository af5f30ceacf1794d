// A multiplier's table in a slot of a plan on the device.
#pragma once

#include <cstdint>
#include <optional>

#include "../lut_gemm/problem.h"
#include "memory.h"

namespace approxtorch::cuda {

// The addresses stay the same when another table comes into the slot.
class DeviceLut {
 public:
  static constexpr int kOperands = 256;

  // table: [256][256], row = activation index. The device must not be using the slot.
  void set(const int32_t* table);
  bool isSet() const { return generation_ > 0; }
  // Rises with every table.
  int64_t generation() const { return generation_; }
  const DeviceTable& table() const { return table_; }

 private:
  DeviceBuffer wide_, narrow_, columns_;
  DeviceTable table_{};
  int64_t generation_ = 0;
};

}  // namespace approxtorch::cuda
