// Attributes of LRN, Softmax and LogSoftmax.
#pragma once

#include "../plan/op.h"

namespace approxtorch {

// y[c] = x[c] / (bias + scale · Σ x[c']²)^beta, c' from c − before to c + after
struct LrnParameters {
  int64_t size;
  float alpha, beta, bias;

  int64_t before() const { return (size - 1) / 2; }
  int64_t after() const { return size / 2; }
  float scale() const { return alpha / static_cast<float>(size); }
};

LrnParameters readLrn(OpSpec& spec);

// A tensor of `count` elements as [outer, size, inner], where the softmax goes along `size`.
struct SoftmaxAxis {
  int64_t outer, size, inner;
};

// Throws where outer · axisSize · inner is not `count`.
SoftmaxAxis readSoftmaxAxis(OpSpec& spec, int64_t count);

}  // namespace approxtorch
