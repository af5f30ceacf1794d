#include "cuda_runtime_api.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>

namespace approxtorch::emulate {
namespace {

constexpr size_t kMemory = size_t{4} << 30;
constexpr std::align_val_t kAlignment{256};

struct Free {
  void operator()(void* data) const { ::operator delete(data, kAlignment); }
};

// Allocations of the device. Their contents start as noise.
struct Memory {
  std::mutex mutex;
  std::map<void*, size_t> sizes;
  size_t used = 0;

  size_t limit() const {
    const char* given = std::getenv("APPROXTORCH_EMULATED_MEMORY");
    return given == nullptr ? kMemory : std::strtoull(given, nullptr, 10);
  }
};

Memory& memory() {
  static Memory instance;
  return instance;
}

thread_local std::unique_ptr<CUgraph_st> capturing;

}  // namespace

bool launchFails() {
  static std::atomic<int64_t> launches{0};
  const char* first = std::getenv("APPROXTORCH_EMULATED_FAILURE");
  if (first == nullptr) {
    launches = 0;
    return false;
  }
  return ++launches >= std::atoll(first);
}

void enqueue(std::function<void()> work) {
  if (capturing != nullptr) {
    capturing->work.push_back(std::move(work));
  } else {
    work();
  }
}

}  // namespace approxtorch::emulate

using namespace approxtorch::emulate;

const char* cudaGetErrorString(cudaError_t code) {
  switch (code) {
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorLaunchFailure:
      return "unspecified launch failure";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorInvalidConfiguration:
      return "invalid configuration argument";
    default:
      return code == cudaSuccess ? "no error" : "an error";
  }
}

const char* cudaGetErrorName(cudaError_t code) {
  switch (code) {
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorLaunchFailure:
      return "cudaErrorLaunchFailure";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    default:
      return code == cudaSuccess ? "cudaSuccess" : "cudaErrorInvalidValue";
  }
}

cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) { return cudaRuntimeGetVersion(version); }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return cudaErrorInvalidDevice;
  *properties = {"emulated device", 9, 0, 4, memory().limit()};
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (device != 0) return cudaErrorInvalidDevice;
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
      *value = 4;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = 9;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = 227 << 10;
      break;
  }
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* available, size_t* all) {
  const std::lock_guard<std::mutex> lock(memory().mutex);
  *all = memory().limit();
  *available = *all - std::min(*all, memory().used);
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** data, size_t bytes) {
  Memory& m = memory();
  const std::lock_guard<std::mutex> lock(m.mutex);
  if (bytes > m.limit() || m.used > m.limit() - bytes) return cudaErrorMemoryAllocation;
  // Of the exact size, so that the address sanitizer sees what lies outside.
  *data = ::operator new(bytes, kAlignment, std::nothrow);
  if (*data == nullptr) return cudaErrorMemoryAllocation;
  std::memset(*data, 0xa5, bytes);
  m.sizes[*data] = bytes;
  m.used += bytes;
  return cudaSuccess;
}

cudaError_t cudaFree(void* data) {
  Memory& m = memory();
  const std::lock_guard<std::mutex> lock(m.mutex);
  const auto found = m.sizes.find(data);
  if (found == m.sizes.end()) return data == nullptr ? cudaSuccess : cudaErrorInvalidValue;
  m.used -= found->second;
  m.sizes.erase(found);
  Free()(data);
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** data, size_t bytes) {
  *data = ::operator new(bytes, kAlignment, std::nothrow);
  return *data == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}

cudaError_t cudaFreeHost(void* data) {
  Free()(data);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind) {
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
  enqueue([=] { std::memmove(to, from, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMemset(void* to, int value, size_t bytes) {
  std::memset(to, value, bytes);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t) {
  enqueue([=] { std::memset(to, value, bytes); });
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st{[](void (*work)(void*), void* data) { enqueue([=] { work(data); }); }};
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  *milliseconds = 1.0f;
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode) {
  capturing = std::make_unique<CUgraph_st>();
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t* graph) {
  *graph = capturing.release();
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = new CUgraphExec_st{graph->work};
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t) {
  for (const auto& work : executable->work) work();
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  delete executable;
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
