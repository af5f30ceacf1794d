#include "blas.h"

#ifdef APPROXTORCH_BLAS
#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#include <mkl_cblas.h>
#endif

#include <algorithm>

// Not in every BLAS.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));
extern "C" void MKL_Set_Num_Threads(int) __attribute__((weak));
#endif

namespace approxtorch {

#ifdef APPROXTORCH_BLAS

namespace {

// The pool divides the rows: threads of the library's own would compete with it.
void keepToOneThread() {
  static const bool done = [] {
    if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
    if (MKL_Set_Num_Threads != nullptr) MKL_Set_Num_Threads(1);
    return true;
  }();
  (void)done;
}

CBLAS_TRANSPOSE transposed(const Matrix& m) { return m.columnStride == 1 ? CblasNoTrans : CblasTrans; }
int pitch(const Matrix& m) { return static_cast<int>(std::max(m.rowStride, m.columnStride)); }

}  // namespace

void gradientGemm(RunContext& context, const GemmProblem& p) {
  constexpr int64_t kRows = 128;  // of a call, whatever the number of threads
  if (std::max({p.rows, p.columns, p.depth, p.a.rowStride, p.a.columnStride, p.b.rowStride,
                p.b.columnStride}) > INT32_MAX) {
    return sgemm(context, p);
  }
  keepToOneThread();
  context.pool().parallelFor(divideUp(p.rows, kRows), 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t row = block * kRows;
      cblas_sgemm(CblasRowMajor, transposed(p.a), transposed(p.b),
                  static_cast<int>(std::min(kRows, p.rows - row)), static_cast<int>(p.columns),
                  static_cast<int>(p.depth), p.alpha, p.a.at(row, 0), pitch(p.a), p.b.data, pitch(p.b),
                  p.accumulate ? 1.0f : 0.0f, p.c + row * p.columns, static_cast<int>(p.columns));
    }
  });
}

#else

void gradientGemm(RunContext& context, const GemmProblem& problem) { sgemm(context, problem); }

#endif

}  // namespace approxtorch
