// A convolution y = conv(x, w) and its gradients, float32. Which way they are computed depends on the shape
// alone.
#pragma once

#include <memory>

#include "../../native/spec/conv_shape.h"
#include "finish.h"

namespace approxtorch::cuda {

struct LinearOperands {
  const float* a;
  const float* b;
  const float* bias;  // by output channel, or null; of the forward direction only
  Finish finish;
  float* results;
};

class LinearOp {
 public:
  virtual ~LinearOp() = default;
  virtual size_t scratchBytes() const { return 0; }
  // Which of several kernels it is, as PlannedOp's.
  virtual const char* kernel() const { return ""; }
  virtual void launch(cudaStream_t stream, void* scratch, const LinearOperands& operands) const = 0;
};

// Kernels count the elements of an image, the weights of a group and the positions of a batch in 31 bits.
// Throws std::invalid_argument where they cannot, and as checkWindow.
void checkLinearShape(const ConvShape& shape);

// All throw as checkLinearShape.
// y from a = x and b = w.
std::unique_ptr<LinearOp> convolution(const ConvShape& shape);
// The gradient by x from a = g and b = w.
std::unique_ptr<LinearOp> inputGradient(const ConvShape& shape);
// The gradient by w from a = g and b = x.
std::unique_ptr<LinearOp> weightGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
