#include "conv_gradient.h"

#include <limits>
#include <vector>

#include "blas.h"
#include "depthwise_gradient.h"
#include "indirect_convolution.h"
#include "indirect_weight_gradient.h"

namespace approxtorch {
namespace {

constexpr Clamp kNoBounds{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};

class DenseInputGradient : public InputGradient {
 public:
  explicit DenseInputGradient(const ConvShape& shape) : shape_(shape) {}

  void run(RunContext& context, const float* g, const float* w, const uint8_t* mask, float* dx) override {
    const ConvShape& s = shape_;
    sgemm(
        context,
        {s.batch, s.channels, s.outputs, {g, s.outputs, 1}, 1.0f, {w, s.channels, 1}, dx, false, kNoBounds});
    if (mask != nullptr) indirectKernels().copyMasked(dx, mask, 0, s.batch * s.channels, dx);
  }

 private:
  ConvShape shape_;
};

class DenseWeightGradient : public WeightGradient {
 public:
  explicit DenseWeightGradient(const ConvShape& shape)
      : shape_(shape), pitch_(shape.channels + kFrameSlack) {}

  void run(RunContext& context, const float* g, const ConvInput& x, float* dw) override {
    if (x.values() != nullptr) {
      multiply(context, g, {x.values(), shape_.channels, 1}, 0, shape_.batch, dw);
      return;
    }
    constexpr int64_t kMostFloats = 1 << 20;  // of x at a time
    const int64_t most = std::clamp<int64_t>(kMostFloats / pitch_, 1, shape_.batch);
    values_.resize(static_cast<size_t>(most * pitch_));
    const PlaneFrame row{1, shape_.channels, 1, shape_.channels, 0};
    for (int64_t first = 0; first < shape_.batch; first += most) {
      const int64_t count = std::min(most, shape_.batch - first);
      context.pool().parallelFor(count, 16, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) x.copy(row, first + i, 0, 1, 0, values_.data() + i * pitch_);
      });
      multiply(context, g, {values_.data(), pitch_, 1}, first, count, dw);
    }
  }

 private:
  // dw (+)= gᵀ·x over the images [first, first + count)
  void multiply(RunContext& context, const float* g, const Matrix& x, int64_t first, int64_t count,
                float* dw) {
    const ConvShape& s = shape_;
    gradientGemm(context, {s.outputs,
                           s.channels,
                           count,
                           {g + first * s.outputs, 1, s.outputs},
                           1.0f,
                           x,
                           dw,
                           first > 0,
                           kNoBounds});
  }

  ConvShape shape_;
  int64_t pitch_;  // of rows of values_, each followed by what copying may overwrite
  std::vector<float> values_;
};

class TapInputGradient : public InputGradient {
 public:
  explicit TapInputGradient(const ConvShape& shape)
      : convolution_(IndirectConvolution::inputGradient(shape)) {}

  void run(RunContext& context, const float* g, const float* w, const uint8_t* mask, float* dx) override {
    convolution_.run(context, {g, w, nullptr, mask, kNoBounds, dx});
  }

 private:
  IndirectConvolution convolution_;
};

}  // namespace

std::unique_ptr<InputGradient> inputGradient(const ConvShape& shape) {
  checkWindow(shape);
  const ConvShape flat = shape.flattened();
  if (flat.isDense()) return std::make_unique<DenseInputGradient>(flat);
  if (flat.isDepthwise()) return std::make_unique<DepthwiseInputGradient>(flat);
  return std::make_unique<TapInputGradient>(flat);
}

std::unique_ptr<WeightGradient> weightGradient(const ConvShape& shape, bool denseInput) {
  checkWindow(shape);
  if (!denseInput) {
    if (shape.isDepthwise()) return std::make_unique<DepthwiseWeightGradient>(shape);
    return std::make_unique<IndirectWeightGradient>(shape);
  }
  const ConvShape flat = shape.flattened();
  if (flat.isDense()) return std::make_unique<DenseWeightGradient>(flat);
  if (flat.isDepthwise()) return std::make_unique<DepthwiseWeightGradient>(flat);
  return std::make_unique<IndirectWeightGradient>(flat);
}

}  // namespace approxtorch
