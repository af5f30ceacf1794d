// What a plan holds of CUDA, owned: memory, streams, events and graphs. Everything throws CudaError.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace approxtorch::cuda {

class CudaError : public std::runtime_error {
 public:
  // what: what was tried, e.g. "the kernel of Conv 'conv1'"
  CudaError(cudaError_t code, const std::string& what)
      : std::runtime_error(what + ": " + cudaGetErrorString(code) + " (" + cudaGetErrorName(code) + ")"),
        code_(code) {}
  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

inline void check(cudaError_t code, const char* what) {
  if (code == cudaSuccess) return;
  cudaGetLastError();  // the next call shall not report this one again
  throw CudaError(code, what);
}

// Copies from the host, and returns when the device has the data: a plain copy of pageable memory may return
// before, and the streams of plans do not wait for it.
inline void upload(void* to, const void* from, size_t bytes, const char* what) {
  check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), what);
  check(cudaStreamSynchronize(nullptr), what);
}

// Memory of the device, aligned to 256 bytes.
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(size_t bytes) { reserve(bytes); }
  // At least `bytes`; the content is lost where it grows.
  void* reserve(size_t bytes) {
    if (bytes <= bytes_) return data_.get();
    data_.reset();
    bytes_ = 0;
    void* data = nullptr;
    check(cudaMalloc(&data, bytes), "memory of the device");
    data_.reset(data);
    bytes_ = bytes;
    return data;
  }
  size_t bytes() const { return bytes_; }
  template <class T = void>
  T* as() const {
    return static_cast<T*>(data_.get());
  }

 private:
  struct Free {
    void operator()(void* data) const { cudaFree(data); }
  };
  std::unique_ptr<void, Free> data_;
  size_t bytes_ = 0;
};

// Memory of the host that the device copies from and to while the host goes on.
class PinnedBuffer {
 public:
  PinnedBuffer() = default;
  explicit PinnedBuffer(size_t bytes) {
    void* data = nullptr;
    check(cudaMallocHost(&data, bytes), "pinned memory of the host");
    data_.reset(data);
  }
  template <class T = void>
  T* as() const {
    return static_cast<T*>(data_.get());
  }

 private:
  struct Free {
    void operator()(void* data) const { cudaFreeHost(data); }
  };
  std::unique_ptr<void, Free> data_;
};

class Stream {
 public:
  Stream() {
    cudaStream_t stream = nullptr;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "a stream");
    stream_.reset(stream);
  }
  cudaStream_t get() const { return stream_.get(); }

 private:
  struct Destroy {
    void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
  };
  std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroy> stream_;
};

class Event {
 public:
  Event() {
    cudaEvent_t event = nullptr;
    check(cudaEventCreate(&event), "an event");
    event_.reset(event);
  }
  cudaEvent_t get() const { return event_.get(); }
  void record(cudaStream_t stream) { check(cudaEventRecord(event_.get(), stream), "an event"); }
  // Seconds from `begin` to this one; both have taken place.
  double secondsSince(const Event& begin) const {
    float milliseconds = 0.0f;
    check(cudaEventElapsedTime(&milliseconds, begin.get(), get()), "an event's time");
    return static_cast<double>(milliseconds) * 1e-3;
  }

 private:
  struct Destroy {
    void operator()(cudaEvent_t event) const { cudaEventDestroy(event); }
  };
  std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, Destroy> event_;
};

// Work that was captured from a stream, to be launched again and again.
class Graph {
 public:
  // Captures what `work` enqueues to `stream`.
  template <class Work>
  Graph(cudaStream_t stream, Work&& work) {
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "capturing a graph");
    cudaGraph_t graph = nullptr;
    try {
      work();
    } catch (...) {
      cudaStreamEndCapture(stream, &graph);
      if (graph != nullptr) cudaGraphDestroy(graph);
      throw;
    }
    check(cudaStreamEndCapture(stream, &graph), "capturing a graph");
    cudaGraphExec_t executable = nullptr;
    const cudaError_t code = cudaGraphInstantiate(&executable, graph, 0);
    cudaGraphDestroy(graph);
    check(code, "instantiating a graph");
    executable_.reset(executable);
  }
  void launch(cudaStream_t stream) { check(cudaGraphLaunch(executable_.get(), stream), "launching a graph"); }

 private:
  struct Destroy {
    void operator()(cudaGraphExec_t graph) const { cudaGraphExecDestroy(graph); }
  };
  std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, Destroy> executable_;
};

}  // namespace approxtorch::cuda
