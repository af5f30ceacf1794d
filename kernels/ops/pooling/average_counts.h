// The divisors of an average pooling, on the device.
#pragma once

#include "../../../native/spec/pool_window.h"
#include "../../plan/memory.h"

namespace approxtorch::cuda {

class DeviceAverageCounts {
 public:
  explicit DeviceAverageCounts(const AverageCounts& counts) : rows_(counts.rows.size()) {
    std::vector<float> all = counts.rows;
    all.insert(all.end(), counts.columns.begin(), counts.columns.end());
    const size_t bytes = all.size() * sizeof(float);
    upload(data_.reserve(bytes), all.data(), bytes, "a pooling's divisors");
  }
  const float* rows() const { return data_.as<const float>(); }
  const float* columns() const { return rows() + rows_; }

 private:
  DeviceBuffer data_;
  size_t rows_;
};

}  // namespace approxtorch::cuda
