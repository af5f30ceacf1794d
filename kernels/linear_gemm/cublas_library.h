// The functions of cuBLAS that are used, of the library that is there at run time: neither to build nor to
// run needs one.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>

struct cublasContext;

namespace approxtorch::cuda {

struct CublasLibrary {
  // A status (0: success) is what each returns.
  int (*create)(cublasContext** handle);
  int (*destroy)(cublasContext* handle);
  int (*setStream)(cublasContext* handle, cudaStream_t stream);
  int (*setWorkspace)(cublasContext* handle, void* workspace, size_t bytes);
  int (*setMathMode)(cublasContext* handle, int mode);
  int (*multiply)(cublasContext* handle, int transposeA, int transposeB, int m, int n, int k,
                  const float* alpha, const float* a, int lda, long long strideA, const float* b, int ldb,
                  long long strideB, const float* beta, float* c, int ldc, long long strideC, int count);
  bool named;  // by the user, who is to hear why it cannot be used
};

// The file that the environment variable APPROXTORCH_CUBLAS names, else the newest libcublas.so that the
// system finds; null where there is none, or the variable says `off`. Throws where the named file is not
// cuBLAS.
const CublasLibrary* cublasLibrary();

}  // namespace approxtorch::cuda
