// What Gemm and MatMul read.
#pragma once

#include <vector>

#include "../plan/op_spec.h"
#include "clamp.h"

namespace approxtorch {

// The element (i, j) is data[i·rowStride + j·columnStride].
struct MatrixStrides {
  int64_t row, column;
};

// y [rows, columns] = clamp(alpha·a·b + beta·c)
struct GemmSpec {
  const Tensor& a;
  const Tensor& b;
  const Tensor* c;  // null where it is omitted
  Tensor& y;
  int64_t rows, columns, depth;
  MatrixStrides aStrides, bStrides, cStrides;
  float alpha, beta;
  Clamp clamp;
};

// One product of matrices for each of the pairs; those of y follow one another.
struct MatMulSpec {
  struct Pair {
    int64_t a, b;  // offsets of the factors' matrices
  };

  const Tensor& a;
  const Tensor& b;
  Tensor& y;
  int64_t rows, columns, depth;
  std::vector<Pair> pairs;
};

GemmSpec readGemm(OpSpec& spec);
MatMulSpec readMatMul(OpSpec& spec);

}  // namespace approxtorch
