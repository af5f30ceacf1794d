// Ops that only move elements: Concat, Slice, Transpose.
#pragma once

#include <vector>

#include "../plan/op_spec.h"

namespace approxtorch {

struct ConcatSpec {
  struct Part {
    const Tensor& x;
    int64_t size;    // elements per outer index
    int64_t offset;  // in the output's row
  };

  std::vector<Part> parts;
  Tensor& y;
  int64_t outer, row;  // rows of y and their elements
};

ConcatSpec readConcat(OpSpec& spec);

// Copies elements from regular places of one tensor to all of another: Slice and Transpose.
// y[i0, i1, …] = x[start + i0·axes[0].from + i1·axes[1].from + …], y row-major and dense.
struct StridedCopySpec {
  struct Axis {
    int64_t size, from, to;  // elements from one index to the next in x and in y
  };

  const Tensor& x;
  Tensor& y;
  int64_t start;
  // Outer ones first, none of one index. Axes of which each goes on where the next one ends are one.
  std::vector<Axis> axes;
};

StridedCopySpec readSlice(OpSpec& spec);
StridedCopySpec readTranspose(OpSpec& spec);

}  // namespace approxtorch
