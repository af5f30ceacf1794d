#include "matmul_spec.h"

#include <algorithm>

#include "common.h"

namespace approxtorch {
namespace {

MatrixStrides strides(int64_t columns, bool transposed) {
  return transposed ? MatrixStrides{1, columns} : MatrixStrides{columns, 1};
}

// Offset of the matrix of `operand` that serves the batch index `index` of the output's leading dimensions.
int64_t matrixOffset(const Tensor& operand, const Shape& output, int64_t index) {
  const size_t rank = operand.shape.size();
  int64_t offset = 0;
  int64_t stride = operand.shape[rank - 1] * operand.shape[rank - 2];
  for (size_t i = 3; i <= output.size(); ++i) {
    const int64_t size = i <= rank ? operand.shape[rank - i] : 1;
    const int64_t position = index % output[output.size() - i];
    index /= output[output.size() - i];
    if (size != 1) offset += position * stride;
    stride *= size;
  }
  return offset;
}

// The leading dimensions of the product. Throws where those of the factors do not broadcast.
Shape leadingShape(const OpSpec& spec, const Shape& a, const Shape& b) {
  const size_t rank = std::max(a.size(), b.size());
  Shape shape(rank - 2);
  for (size_t i = 3; i <= rank; ++i) {
    const int64_t sizeA = i <= a.size() ? a[a.size() - i] : 1;
    const int64_t sizeB = i <= b.size() ? b[b.size() - i] : 1;
    if (sizeA != sizeB && sizeA != 1 && sizeB != 1) spec.fail("the leading dimensions do not broadcast");
    shape[rank - i] = std::max(sizeA, sizeB);
  }
  return shape;
}

}  // namespace

GemmSpec readGemm(OpSpec& spec) {
  spec.expectCounts(2, 3, 1);
  const Tensor& a = spec.input(0);
  const Tensor& b = spec.input(1);
  const Tensor* c = spec.optionalInput(2);
  Tensor& y = spec.output(0);
  spec.expectRank(a, 2, 2);
  spec.expectRank(b, 2, 2);
  const bool transA = spec.attributes.flag("transA");
  const bool transB = spec.attributes.flag("transB");
  const int64_t rows = a.shape[transA ? 1 : 0];
  const int64_t depth = a.shape[transA ? 0 : 1];
  const int64_t columns = b.shape[transB ? 0 : 1];
  if (b.shape[transB ? 1 : 0] != depth) {
    spec.fail("the factors " + shapeText(a.shape) + " and " + shapeText(b.shape) + " do not fit");
  }
  spec.expectShape(y, {rows, columns});
  MatrixStrides cStrides{0, 0};
  if (c != nullptr) {
    spec.expectRank(*c, 0, 2);
    const size_t rank = c->shape.size();
    const int64_t cColumns = rank >= 1 ? c->shape[rank - 1] : 1;
    const int64_t cRows = rank == 2 ? c->shape[0] : 1;
    if ((cColumns != 1 && cColumns != columns) || (cRows != 1 && cRows != rows)) {
      spec.fail("'" + c->name + "' " + shapeText(c->shape) + " does not broadcast to " + shapeText(y.shape));
    }
    cStrides = {cRows == 1 ? 0 : cColumns, cColumns == 1 ? 0 : 1};
  }
  const float alpha = spec.attributes.number("alpha");
  const float beta = spec.attributes.number("beta");
  return {a,
          b,
          c,
          y,
          rows,
          columns,
          depth,
          strides(a.shape[1], transA),
          strides(b.shape[1], transB),
          cStrides,
          alpha,
          beta,
          readActivation(spec)};
}

MatMulSpec readMatMul(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& a = spec.input(0);
  const Tensor& b = spec.input(1);
  Tensor& y = spec.output(0);
  spec.expectRank(a, 2, kMaxRank);
  spec.expectRank(b, 2, kMaxRank);
  int64_t rows = a.shape[a.shape.size() - 2];
  const int64_t depth = a.shape.back();
  const int64_t columns = b.shape.back();
  if (b.shape[b.shape.size() - 2] != depth) {
    spec.fail("the factors " + shapeText(a.shape) + " and " + shapeText(b.shape) + " do not fit");
  }
  Shape shape = leadingShape(spec, a.shape, b.shape);
  int64_t count = elementCount(shape);
  shape.insert(shape.end(), {rows, columns});
  spec.expectShape(y, shape);
  if (b.count() == depth * columns && a.count() == count * rows * depth) {
    // One matrix serves all: the matrices of A, one below the other, are one.
    rows *= count;
    count = 1;
  }
  std::vector<MatMulSpec::Pair> pairs;
  for (int64_t i = 0; i < count; ++i) {
    pairs.push_back({matrixOffset(a, shape, i), matrixOffset(b, shape, i)});
  }
  return {a, b, y, rows, columns, depth, std::move(pairs)};
}

}  // namespace approxtorch
