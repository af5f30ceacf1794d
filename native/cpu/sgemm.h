// float32 matrix products.
#pragma once

#include "../plan/op.h"
#include "float_kernels.h"
#include "gemm_pack.h"

namespace approxtorch {

struct GemmProblem {
  int64_t rows, columns, depth;
  Matrix a;  // rows × depth
  float alpha;
  Matrix b;         // depth × columns
  float* c;         // rows × columns, row-major, dense
  bool accumulate;  // C = clamp(C + alpha·A·B) instead of clamp(alpha·A·B)
  Clamp clamp;
};

// The order in which an element is summed depends on the problem alone.
void sgemm(RunContext& context, const GemmProblem& problem);

}  // namespace approxtorch
