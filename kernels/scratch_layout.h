// Places in the working memory of an op.
#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtorch::cuda {

class ScratchLayout {
 public:
  // The offset of `count` elements, aligned to 256 bytes.
  template <class T>
  size_t add(int64_t count) {
    constexpr size_t kAlignment = 256;
    const size_t offset = bytes_;
    bytes_ += (static_cast<size_t>(count) * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    return offset;
  }
  size_t bytes() const { return bytes_; }

 private:
  size_t bytes_ = 0;
};

}  // namespace approxtorch::cuda
