// BatchNormalization, LRN, Softmax and LogSoftmax.
#include "normalization.h"

#include <cmath>

#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BatchNormalization : public Op {
 public:
  struct Parameters {
    const float *scale, *bias, *mean, *variance;
    float epsilon;
  };

  BatchNormalization(const Tensor& x, Tensor& y, const Parameters& parameters)
      : x_(x.f32()),
        y_(y.f32()),
        images_(x.shape[0]),
        channels_(x.shape[1]),
        plane_(product(x.shape, 2, x.shape.size())),
        parameters_(parameters) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    const Parameters& p = parameters_;
    context.pool().parallelFor(images_ * channels_, rowsPerGrain(plane_),
                               [&](int64_t begin, int64_t end, int) {
                                 for (int64_t i = begin; i < end; ++i) {
                                   const int64_t c = i % channels_;
                                   const float scale = p.scale[c] / std::sqrt(p.variance[c] + p.epsilon);
                                   floatKernels().affine(x_ + i * plane_, y_ + i * plane_, plane_, scale,
                                                         p.bias[c] - p.mean[c] * scale);
                                 }
                               });
  }

 private:
  const float* x_;
  float* y_;
  int64_t images_, channels_, plane_;
  Parameters parameters_;
};

// Across channels: y[c] = x[c] / (bias + alpha/size · Σ x[c']²)^beta, c' in a window of `size` around c.
class Lrn : public Op {
 public:
  Lrn(const Tensor& x, Tensor& y, const LrnParameters& parameters)
      : x_(x.f32()),
        y_(y.f32()),
        images_(x.shape[0]),
        channels_(x.shape[1]),
        plane_(product(x.shape, 2, x.shape.size())),
        parameters_(parameters) {}

  void run(RunContext& context) override {
    constexpr int64_t kChunk = 1024;  // positions: their squares stay in the first cache
    const int64_t chunks = (plane_ + kChunk - 1) / kChunk;
    const int64_t before = parameters_.before();
    const int64_t after = parameters_.after();
    const int64_t grain = rowsPerGrain(std::min(kChunk, plane_));
    context.pool().parallelFor(
        images_ * channels_ * chunks, grain, [&](int64_t begin, int64_t end, int thread) {
          float* squares = context.threadScratch<float>(thread, kChunk);
          for (int64_t i = begin; i < end; ++i) {
            const int64_t chunk = i % chunks * kChunk;
            const int64_t c = i / chunks % channels_;
            const int64_t image = i / chunks / channels_ * channels_;
            const int64_t count = std::min(kChunk, plane_ - chunk);
            std::fill_n(squares, count, 0.0f);
            for (int64_t n = std::max<int64_t>(0, c - before); n <= std::min(channels_ - 1, c + after); ++n) {
              floatKernels().addSquares(x_ + (image + n) * plane_ + chunk, squares, count);
            }
            const int64_t offset = (image + c) * plane_ + chunk;
            floatKernels().localNormalize(x_ + offset, squares, y_ + offset, count, parameters_.bias,
                                          parameters_.scale(), parameters_.beta);
          }
        });
  }

 private:
  const float* x_;
  float* y_;
  int64_t images_, channels_, plane_;
  LrnParameters parameters_;
};

class Softmax : public Op {
 public:
  Softmax(const Tensor& x, Tensor& y, const SoftmaxAxis& axis, bool logarithm)
      : x_(x.f32()), y_(y.f32()), axis_(axis), logarithm_(logarithm) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const int64_t stride = axis_.size * axis_.inner;
    context.pool().parallelFor(axis_.outer, rowsPerGrain(stride),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, 2 * axis_.inner);
                                 for (int64_t i = begin; i < end; ++i) {
                                   floatKernels().softmax(x_ + i * stride, y_ + i * stride, axis_.size,
                                                          axis_.inner, logarithm_, work);
                                 }
                               });
  }

 private:
  const float* x_;
  float* y_;
  SoftmaxAxis axis_;
  bool logarithm_;
};

OpPointer makeSoftmaxOf(OpSpec& spec, bool logarithm) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  return std::make_unique<Softmax>(x, y, readSoftmaxAxis(spec, x.count()), logarithm);
}

}  // namespace

SoftmaxAxis readSoftmaxAxis(OpSpec& spec, int64_t count) {
  SoftmaxAxis axis;
  axis.outer = spec.attributes.integer("outer", 1, count);
  axis.size = spec.attributes.integer("axisSize", 1, count / axis.outer);
  axis.inner = spec.attributes.integer("inner", 1, count / axis.outer / axis.size);
  if (axis.outer * axis.size * axis.inner != count) {
    spec.fail("outer · axisSize · inner is not the size of the input");
  }
  return axis;
}

LrnParameters readLrn(OpSpec& spec) {
  LrnParameters parameters;
  parameters.size = spec.attributes.integer("size", 1, kMaxWindow);
  parameters.alpha = spec.attributes.number("alpha");
  parameters.beta = spec.attributes.number("beta");
  parameters.bias = spec.attributes.number("bias");
  return parameters;
}

OpPointer makeBatchNormalization(OpSpec& spec) {
  spec.expectCounts(5, 5, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 2, kMaxRank);
  spec.expectShape(y, x.shape);
  for (size_t i = 1; i < 5; ++i) spec.expectShape(spec.input(i), {x.shape[1]});
  return std::make_unique<BatchNormalization>(
      x, y,
      BatchNormalization::Parameters{spec.input(1).f32(), spec.input(2).f32(), spec.input(3).f32(),
                                     spec.input(4).f32(), spec.attributes.number("epsilon")});
}

OpPointer makeLrn(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 3, kMaxRank);
  spec.expectShape(y, x.shape);
  return std::make_unique<Lrn>(x, y, readLrn(spec));
}

OpPointer makeSoftmax(OpSpec& spec) { return makeSoftmaxOf(spec, false); }

OpPointer makeLogSoftmax(OpSpec& spec) { return makeSoftmaxOf(spec, true); }

}  // namespace approxtorch
