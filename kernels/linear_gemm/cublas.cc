#include "cublas.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

#include "../plan/memory.h"

namespace approxtorch::cuda {
namespace {

constexpr int kAllocFailed = 3;  // CUBLAS_STATUS_ALLOC_FAILED
constexpr int kDefaultMath = 0;  // CUBLAS_DEFAULT_MATH
constexpr int kNoTranspose = 0, kTranspose = 1;

void expect(int status, const char* function) {
  if (status == 0) return;
  if (status == kAllocFailed) throw CudaError(cudaErrorMemoryAllocation, std::string("cuBLAS: ") + function);
  throw std::runtime_error(std::string("cuBLAS: ") + function + " failed with status " +
                           std::to_string(status));
}

// What NVIDIA recommends.
size_t workspaceOf(int device) {
  int major = 0;
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device), "the device's properties");
  return size_t{major >= 9 ? 32u : 4u} << 20;
}

// cuBLAS is faster where the time of a product is that of its arithmetic. It is not where the product is
// narrow, as much of its tiles is wasted then, nor where it takes the own kernels less than some 10 µs: a
// second kernel (finishProducts) costs as much as is gained.
bool isWorthCublas(const ProductShape& s) {
  constexpr int64_t kNarrowest = 32, kFewestMultiplications = int64_t{1} << 26;
  constexpr int64_t kMostProducts = 65535, kMostResults = INT32_MAX;
  if (std::min({s.rows, s.columns, s.depth}) < kNarrowest || s.products > kMostProducts) return false;
  if (s.rows > kMostResults / s.columns / s.products) return false;
  return s.products * s.rows * s.columns >= kFewestMultiplications / s.depth;
}

// A row-major matrix is a column-major one transposed, so a row-major product is the column-major one of the
// factors in the other order.
struct ColumnMajor {
  int transpose, leading;
  explicit ColumnMajor(const MatrixView& m)
      : transpose(m.columnStride == 1 ? kNoTranspose : kTranspose),
        leading(static_cast<int>(m.columnStride == 1 ? m.rowStride : m.columnStride)) {}
};

}  // namespace

Cublas::Cublas(const CublasLibrary& library, int device)
    : library_(library), workspaceBytes_(workspaceOf(device)) {
  expect(library_.create(&handle_), "cublasCreate");
  const int status = library_.setMathMode(handle_, kDefaultMath);
  if (status != 0) library_.destroy(handle_);
  expect(status, "cublasSetMathMode");
}

Cublas::~Cublas() { library_.destroy(handle_); }

std::shared_ptr<Cublas> Cublas::ofDevice() {
  struct Known {
    std::weak_ptr<Cublas> handle;
    bool failed = false;
  };
  static std::mutex mutex;
  static std::map<int, Known> devices;
  const CublasLibrary* library = cublasLibrary();
  if (library == nullptr) return nullptr;
  int device = 0;
  check(cudaGetDevice(&device), "the device");
  const std::lock_guard<std::mutex> lock(mutex);
  Known& known = devices[device];
  if (known.failed) return nullptr;
  std::shared_ptr<Cublas> handle = known.handle.lock();
  if (handle != nullptr) return handle;
  try {
    handle.reset(new Cublas(*library, device));
  } catch (const CudaError&) {
    throw;
  } catch (const std::runtime_error&) {
    // It may be too new for the driver.
    if (library->named) throw;
    known.failed = true;
    return nullptr;
  }
  known.handle = handle;
  return handle;
}

std::shared_ptr<Cublas> Cublas::forProducts(const ProductShape& shape) {
  return isWorthCublas(shape) ? ofDevice() : nullptr;
}

void Cublas::multiply(cudaStream_t stream, void* workspace, const ProductShape& shape, float alpha,
                      const BatchedView& a, const BatchedView& b, float* results) {
  const ColumnMajor left(b.first), right(a.first);
  const auto narrow = [](int64_t value) { return static_cast<int>(value); };
  const float beta = 0.0f;
  const std::lock_guard<std::mutex> lock(mutex_);
  // In this order: a new stream takes the workspace away. With one of its own cuBLAS allocates nothing, as is
  // needed while a graph is captured.
  expect(library_.setStream(handle_, stream), "cublasSetStream");
  expect(library_.setWorkspace(handle_, workspace, workspaceBytes_), "cublasSetWorkspace");
  expect(library_.multiply(handle_, left.transpose, right.transpose, narrow(shape.columns),
                           narrow(shape.rows), narrow(shape.depth), &alpha, b.first.data, left.leading,
                           b.step, a.first.data, right.leading, a.step, &beta, results, narrow(shape.columns),
                           shape.rows * shape.columns, narrow(shape.products)),
         "cublasSgemmStridedBatched");
}

}  // namespace approxtorch::cuda
