import { compileLibrary } from './cuda_library.js';
import { temporaryFolder } from './temporary.js';

/** What a made cuBLAS does otherwise than the real one. */
export interface FakeCublas {
  /** Statuses. */
  readonly CREATE?: number;
  readonly MULTIPLY?: number;
  readonly WITHOUT_WORKSPACE?: 1;
}

// Computes on the CPU, in the stream of the emulated device (native/test/cuda_emulate). Fills the whole workspace, as
// the real one may, and refuses what the real one does.
const source = `
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct stream { void (*enqueue)(void (*work)(void*), void* data); };
struct cublasContext { struct stream* stream; void* workspace; size_t bytes; };
enum { NOT_SUPPORTED = 15, INVALID_VALUE = 7 };

int cublasCreate_v2(struct cublasContext** handle) {
  *handle = calloc(1, sizeof **handle);
  return CREATE;
}
int cublasDestroy_v2(struct cublasContext* handle) {
  free(handle);
  return 0;
}
int cublasSetStream_v2(struct cublasContext* handle, struct stream* stream) {
  handle->stream = stream;
  handle->workspace = NULL;
  return 0;
}
#ifndef WITHOUT_WORKSPACE
int cublasSetWorkspace_v2(struct cublasContext* handle, void* workspace, size_t bytes) {
  handle->workspace = workspace;
  handle->bytes = bytes;
  return (uintptr_t)workspace % 256 == 0 ? 0 : INVALID_VALUE;
}
#endif
int cublasSetMathMode(struct cublasContext* handle, int mode) {
  return handle != NULL && mode == 0 ? 0 : NOT_SUPPORTED;
}

struct product {
  int transA, transB, m, n, k, lda, ldb, ldc, count;
  float alpha, beta;
  const float *a, *b;
  float* c;
  long long strideA, strideB, strideC;
  void* workspace;
  size_t bytes;
};

static void multiply(void* data) {
  const struct product* p = data;
  memset(p->workspace, 0x5a, p->bytes);
  for (int batch = 0; batch < p->count; ++batch) {
    const float* a = p->a + batch * p->strideA;
    const float* b = p->b + batch * p->strideB;
    float* c = p->c + batch * p->strideC;
    for (int j = 0; j < p->n; ++j) {
      for (int i = 0; i < p->m; ++i) {
        const float* left = p->transA ? a + (size_t)i * p->lda : a + i;
        const float* right = p->transB ? b + j : b + (size_t)j * p->ldb;
        const size_t leftStep = p->transA ? 1 : p->lda, rightStep = p->transB ? p->ldb : 1;
        double sum = 0;
        for (int t = 0; t < p->k; ++t) sum += (double)left[t * leftStep] * right[t * rightStep];
        float* to = c + (size_t)j * p->ldc + i;
        *to = (float)(p->alpha * sum) + (p->beta == 0 ? 0 : p->beta * *to);
      }
    }
  }
}

int cublasSgemmStridedBatched(struct cublasContext* handle, int transA, int transB, int m, int n, int k,
                              const float* alpha, const float* a, int lda, long long strideA, const float* b,
                              int ldb, long long strideB, const float* beta, float* c, int ldc,
                              long long strideC, int count) {
  if (MULTIPLY != 0) return MULTIPLY;
  if (lda < (transA ? k : m) || ldb < (transB ? n : k) || ldc < m) return INVALID_VALUE;
  if (handle->stream == NULL || handle->workspace == NULL) return NOT_SUPPORTED;
  const struct product product = {transA, transB, m, n, k, lda, ldb, ldc, count, *alpha, *beta, a, b, c,
                                  strideA, strideB, strideC, handle->workspace, handle->bytes};
  struct product* copy = malloc(sizeof *copy);  // for as long as a graph may run it
  *copy = product;
  handle->stream->enqueue(multiply, copy);
  return 0;
}
`;

/** A maker of such libraries, in a folder that is removed after the tests of the file. */
export function fakeCublasLibraries(): (answers?: FakeCublas) => string {
  const folder = temporaryFolder();
  let count = 0;
  return (answers = {}) => {
    const defines = Object.entries({ CREATE: 0, MULTIPLY: 0, ...answers }).map(([k, v]) => `-D${k}=${v}`);
    return compileLibrary(folder, `cublas${count++}`, source, ['-O2', ...defines]);
  };
}
