#include "pointwise.h"

#include "cublas.h"
#include "finish_products.h"

namespace approxtorch::cuda {
namespace {

// results [batch][rows, plane] = weights·a [batch][depth, plane]
class PointwiseProducts : public LinearOp {
 public:
  // weights: as the product sees them, without the data
  PointwiseProducts(std::shared_ptr<Cublas> cublas, const ProductShape& shape, const MatrixView& weights)
      : cublas_(std::move(cublas)), shape_(shape), weights_(weights) {}

  size_t scratchBytes() const override { return cublas_->workspaceBytes(); }
  const char* kernel() const override { return "cublas"; }
  void launch(cudaStream_t stream, void* scratch, const LinearOperands& o) const override {
    const BatchedView weights{{o.b, weights_.rowStride, weights_.columnStride}, 0};
    const BatchedView images{{o.a, shape_.columns, 1}, shape_.depth * shape_.columns};
    cublas_->multiply(stream, scratch, shape_, 1.0f, weights, images, o.results);
    finishProducts(stream, shape_, {o.bias, 1, 0}, 1.0f, o.finish, o.results);
  }

 private:
  std::shared_ptr<Cublas> cublas_;
  ProductShape shape_;
  MatrixView weights_;
};

std::unique_ptr<LinearOp> products(const ConvShape& s, const ProductShape& shape, const MatrixView& weights) {
  if (!s.isPointwise()) return nullptr;
  std::shared_ptr<Cublas> cublas = Cublas::forProducts(shape);
  if (cublas == nullptr) return nullptr;
  return std::make_unique<PointwiseProducts>(std::move(cublas), shape, weights);
}

}  // namespace

std::unique_ptr<LinearOp> pointwiseConvolution(const ConvShape& s) {
  return products(s, {s.batch, s.outputs, s.plane(), s.channels}, {nullptr, s.channels, 1});
}

std::unique_ptr<LinearOp> pointwiseInputGradient(const ConvShape& s) {
  return products(s, {s.batch, s.channels, s.plane(), s.outputs}, {nullptr, 1, s.channels});
}

}  // namespace approxtorch::cuda
