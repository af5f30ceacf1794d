// A list that the host makes once and kernels read.
#pragma once

#include <vector>

#include "../plan/memory.h"

namespace approxtorch::cuda {

template <class T>
DeviceBuffer deviceList(const std::vector<T>& list) {
  DeviceBuffer buffer(list.size() * sizeof(T));
  if (!list.empty()) {
    upload(buffer.as<>(), list.data(), list.size() * sizeof(T), "a list");
  }
  return buffer;
}

}  // namespace approxtorch::cuda
