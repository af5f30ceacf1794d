// Products of matrices by cuBLAS, where there is one and it is faster than the own kernels.
#pragma once

#include <cuda_runtime.h>

#include <memory>
#include <mutex>

#include "cublas_library.h"
#include "matrix.h"

namespace approxtorch::cuda {

// A factor of each product; the next product's lies `step` elements behind. One of its strides is 1.
struct BatchedView {
  MatrixView first;
  int64_t step;
};

// A handle of cuBLAS for one device. Its products are float32 throughout (no TF32), and the same bits in each
// run on the same device with the same cuBLAS.
class Cublas {
 public:
  // For the current device: what is made by one caller is shared by others while it lives, since making it
  // takes time and memory. Null where there is no cuBLAS that works; throws where the user has named that
  // one.
  static std::shared_ptr<Cublas> ofDevice();
  // That, where cuBLAS is to compute the products; null where the own kernels are.
  static std::shared_ptr<Cublas> forProducts(const ProductShape& shape);

  ~Cublas();
  Cublas(const Cublas&) = delete;
  Cublas& operator=(const Cublas&) = delete;

  size_t workspaceBytes() const { return workspaceBytes_; }
  // results [products][rows, columns] = alpha·a·b. workspace: of workspaceBytes(), aligned to 256 bytes.
  // Throws CudaError where memory lacks, else std::runtime_error.
  void multiply(cudaStream_t stream, void* workspace, const ProductShape& shape, float alpha,
                const BatchedView& a, const BatchedView& b, float* results);

 private:
  explicit Cublas(const CublasLibrary& library, int device);

  const CublasLibrary& library_;
  cublasContext* handle_ = nullptr;
  size_t workspaceBytes_ = 0;
  std::mutex mutex_;  // of what the handle is set to
};

}  // namespace approxtorch::cuda
