#pragma once

#include <cstdint>
#include <vector>

#include "../../plan/memory.h"

namespace approxtorch::cuda {

// Lists of indices on the device. Only what is uploaded may be read.
class IndexTables {
 public:
  // Returns where the list will begin.
  size_t add(const std::vector<int64_t>& indices) {
    const size_t begin = indices_.size();
    indices_.insert(indices_.end(), indices.begin(), indices.end());
    return begin;
  }
  void upload() {
    const size_t bytes = indices_.size() * sizeof(int64_t);
    buffer_.reserve(bytes + 1);  // all lists may be empty
    cuda::upload(buffer_.as<>(), indices_.data(), bytes, "tables of indices");
    indices_ = {};
  }
  const int64_t* at(size_t begin) const { return buffer_.as<int64_t>() + begin; }

 private:
  std::vector<int64_t> indices_;
  DeviceBuffer buffer_;
};

}  // namespace approxtorch::cuda
