// Working memory that the ops of a plan share, one after the other.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace approxtorch {

// Uninitialised memory on a 64-byte boundary.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t bytes) : data_(::operator new(bytes, kAlignment)), bytes_(bytes) {}
  ~Buffer() { ::operator delete(data_, kAlignment); }
  Buffer(Buffer&& other) noexcept : data_(other.data_), bytes_(other.bytes_) {
    other.data_ = nullptr;
    other.bytes_ = 0;
  }
  Buffer& operator=(Buffer&&) = delete;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void* data() const { return data_; }
  // At least `bytes`; the content is lost where it grows.
  void* reserve(size_t bytes) {
    if (bytes > bytes_) {
      ::operator delete(data_, kAlignment);
      data_ = nullptr;
      bytes_ = 0;
      data_ = ::operator new(bytes, kAlignment);
      bytes_ = bytes;
    }
    return data_;
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

class Scratch {
 public:
  // To be called before a run, with the size of its pool.
  void setThreads(int threads) {
    while (threads_.size() < static_cast<size_t>(threads)) threads_.emplace_back();
  }
  void* ofThread(int thread, size_t bytes) { return threads_[static_cast<size_t>(thread)].reserve(bytes); }
  void* shared(size_t bytes) { return shared_.reserve(bytes); }

 private:
  std::vector<Buffer> threads_;
  Buffer shared_;
};

}  // namespace approxtorch
