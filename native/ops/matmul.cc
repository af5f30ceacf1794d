// Gemm and MatMul.
#include "../cpu/sgemm.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

Matrix matrix(const float* data, int64_t columns, bool transposed) {
  return transposed ? Matrix{data, 1, columns} : Matrix{data, columns, 1};
}

class Gemm : public Op {
 public:
  // c: null, or read at c[row·rowStride + column·columnStride], times beta.
  Gemm(const GemmProblem& problem, const float* c, int64_t rowStride, int64_t columnStride, float beta)
      : problem_(problem), c_(c), rowStride_(rowStride), columnStride_(columnStride), beta_(beta) {}

  void run(RunContext& context) override {
    if (c_ != nullptr) {
      context.pool().parallelFor(problem_.rows, rowsPerGrain(problem_.columns),
                                 [&](int64_t begin, int64_t end, int) {
                                   for (int64_t row = begin; row < end; ++row) startRow(row);
                                 });
    }
    sgemm(context, problem_);
  }

 private:
  void startRow(int64_t row) {
    const float* source = c_ + row * rowStride_;
    float* y = problem_.c + row * problem_.columns;
    for (int64_t j = 0; j < problem_.columns; ++j) y[j] = beta_ * source[j * columnStride_];
  }

  GemmProblem problem_;
  const float* c_;
  int64_t rowStride_, columnStride_;
  float beta_;
};

class MatMul : public Op {
 public:
  struct Batch {
    int64_t a, b;  // offsets of the factors' matrices
  };

  MatMul(const GemmProblem& problem, std::vector<Batch> batches)
      : problem_(problem), batches_(std::move(batches)) {}

  void run(RunContext& context) override {
    GemmProblem problem = problem_;
    for (const Batch& batch : batches_) {
      problem.a.data = problem_.a.data + batch.a;
      problem.b.data = problem_.b.data + batch.b;
      sgemm(context, problem);
      problem.c += problem.rows * problem.columns;
    }
  }

 private:
  GemmProblem problem_;
  std::vector<Batch> batches_;
};

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

OpPointer makeGemm(OpSpec& spec) {
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
  int64_t rowStride = 0;
  int64_t columnStride = 0;
  if (c != nullptr) {
    spec.expectRank(*c, 0, 2);
    const size_t rank = c->shape.size();
    const int64_t cColumns = rank >= 1 ? c->shape[rank - 1] : 1;
    const int64_t cRows = rank == 2 ? c->shape[0] : 1;
    if ((cColumns != 1 && cColumns != columns) || (cRows != 1 && cRows != rows)) {
      spec.fail("'" + c->name + "' " + shapeText(c->shape) + " does not broadcast to " + shapeText(y.shape));
    }
    rowStride = cRows == 1 ? 0 : cColumns;
    columnStride = cColumns == 1 ? 0 : 1;
  }
  const float alpha = spec.attributes.number("alpha");
  const float beta = spec.attributes.number("beta");
  const GemmProblem problem{rows,
                            columns,
                            depth,
                            matrix(a.f32(), a.shape[1], transA),
                            alpha,
                            matrix(b.f32(), b.shape[1], transB),
                            y.f32(),
                            c != nullptr,
                            readActivation(spec)};
  return std::make_unique<Gemm>(problem, c == nullptr ? nullptr : c->f32(), rowStride, columnStride, beta);
}

OpPointer makeMatMul(OpSpec& spec) {
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
  std::vector<MatMul::Batch> batches;
  for (int64_t i = 0; i < count; ++i) {
    batches.push_back({matrixOffset(a, shape, i), matrixOffset(b, shape, i)});
  }
  const GemmProblem problem{
      rows,    columns, depth,   matrix(a.f32(), depth, false), 1.0f, matrix(b.f32(), columns, false),
      y.f32(), false,   kNoClamp};
  return std::make_unique<MatMul>(problem, std::move(batches));
}

}  // namespace approxtorch
