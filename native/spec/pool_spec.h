// Poolings over windows and over whole planes, and their gradients.
#pragma once

#include "pool_window.h"

namespace approxtorch {

struct MaxPoolSpec {
  const Tensor& x;
  Tensor& y;
  PlaneWindow window;
};

struct AveragePoolSpec {
  const Tensor& x;
  Tensor& y;
  PlaneWindow window;
  AverageCounts counts;
};

// y[i] is of x[i·size, (i + 1)·size)
struct GlobalPoolSpec {
  const Tensor& x;
  Tensor& y;
  int64_t planes, size;
};

MaxPoolSpec readMaxPool(OpSpec& spec);
AveragePoolSpec readAveragePool(OpSpec& spec);
GlobalPoolSpec readGlobalPool(OpSpec& spec);

struct MaxPoolGradientSpec {
  const Tensor& g;
  const Tensor& x;
  Tensor& dx;
  PlaneWindow window;
};

struct AveragePoolGradientSpec {
  const Tensor& g;
  Tensor& dx;
  PlaneWindow window;
  AverageCounts counts;
};

struct GlobalMaxPoolGradientSpec {
  const Tensor& g;
  const Tensor& x;
  Tensor& dx;
  int64_t planes, size;
};

MaxPoolGradientSpec readMaxPoolGradient(OpSpec& spec);
AveragePoolGradientSpec readAveragePoolGradient(OpSpec& spec);
GlobalMaxPoolGradientSpec readGlobalMaxPoolGradient(OpSpec& spec);

}  // namespace approxtorch
