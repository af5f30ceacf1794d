// Products of matrices that lie in memory, and convolutions that are such products.
#pragma once

#include <vector>

#include "../../native/spec/matmul_spec.h"
#include "convolution.h"
#include "matrix.h"

namespace approxtorch::cuda {

struct DenseShape {
  int64_t rows, columns, depth;
};

class DenseGemm {
 public:
  // pairs: offsets of the factors of each product; empty: a single one, without offsets. Throws
  // std::invalid_argument where a dimension does not fit 30 bits.
  DenseGemm(const DenseShape& shape, const std::vector<MatMulSpec::Pair>& pairs);
  ~DenseGemm();

  size_t scratchBytes() const;
  // cublas or tiled
  const char* kernel() const;
  // results [pairs][rows, columns] = finish(alpha·a·b + beta·c); c.data may be null.
  void launch(cudaStream_t stream, void* scratch, const MatrixView& a, float alpha, const MatrixView& b,
              const MatrixView& c, float beta, const Finish& finish, float* results) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::unique_ptr<LinearOp> denseConvolution(const ConvShape& shape);
std::unique_ptr<LinearOp> denseInputGradient(const ConvShape& shape);
std::unique_ptr<LinearOp> denseWeightGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
