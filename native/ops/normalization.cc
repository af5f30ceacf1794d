// BatchNormalization, LRN, Softmax and LogSoftmax.
#include <cmath>

#include "../spec/batch_norm_spec.h"
#include "../spec/lrn_spec.h"
#include "../spec/softmax_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BatchNormalization : public Op {
 public:
  explicit BatchNormalization(const BatchNormSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    const BatchNormSpec& s = spec_;
    const int64_t plane = s.layout.plane;
    context.pool().parallelFor(s.layout.images * s.layout.channels, rowsPerGrain(plane),
                               [&](int64_t begin, int64_t end, int) {
                                 for (int64_t i = begin; i < end; ++i) {
                                   const int64_t c = i % s.layout.channels;
                                   const float scale = s.scale[c] / std::sqrt(s.variance[c] + s.epsilon);
                                   floatKernels().affine(s.x.f32() + i * plane, s.y.f32() + i * plane, plane,
                                                         scale, s.bias[c] - s.mean[c] * scale);
                                 }
                               });
  }

 private:
  BatchNormSpec spec_;
};

// Across channels: y[c] = x[c] / (bias + alpha/size · Σ x[c']²)^beta, c' in a window of `size` around c.
class Lrn : public Op {
 public:
  explicit Lrn(const LrnSpec& spec)
      : x_(spec.x.f32()), y_(spec.y.f32()), layout_(spec.layout), parameters_(spec.parameters) {}

  void run(RunContext& context) override {
    constexpr int64_t kChunk = 1024;  // positions: their squares stay in the first cache
    const int64_t chunks = (layout_.plane + kChunk - 1) / kChunk;
    const int64_t grain = rowsPerGrain(std::min(kChunk, layout_.plane));
    context.pool().parallelFor(
        layout_.images * layout_.channels * chunks, grain, [&](int64_t begin, int64_t end, int thread) {
          float* squares = context.threadScratch<float>(thread, kChunk);
          for (int64_t i = begin; i < end; ++i) {
            const int64_t chunk = i % chunks * kChunk;
            const int64_t c = i / chunks % layout_.channels;
            const int64_t image = i / chunks / layout_.channels;
            const int64_t count = std::min(kChunk, layout_.plane - chunk);
            std::fill_n(squares, count, 0.0f);
            const int64_t last = std::min(layout_.channels - 1, c + parameters_.after);
            for (int64_t n = std::max<int64_t>(0, c - parameters_.before); n <= last; ++n) {
              floatKernels().addSquares(x_ + layout_.offset(image, n) + chunk, squares, count);
            }
            const int64_t offset = layout_.offset(image, c) + chunk;
            floatKernels().localNormalize(x_ + offset, squares, y_ + offset, count, parameters_.bias,
                                          parameters_.scale, parameters_.beta);
          }
        });
  }

 private:
  const float* x_;
  float* y_;
  ChannelLayout layout_;
  LrnParameters parameters_;
};

class Softmax : public Op {
 public:
  explicit Softmax(const SoftmaxSpec& spec)
      : x_(spec.x.f32()), y_(spec.y.f32()), axis_(spec.axis), logarithm_(spec.logarithm) {}

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

}  // namespace

OpPointer makeBatchNormalization(OpSpec& spec) {
  return std::make_unique<BatchNormalization>(readBatchNormalization(spec));
}

OpPointer makeLrn(OpSpec& spec) { return std::make_unique<Lrn>(readLrn(spec)); }

OpPointer makeSoftmax(OpSpec& spec) { return std::make_unique<Softmax>(readSoftmax(spec)); }

OpPointer makeLogSoftmax(OpSpec& spec) { return std::make_unique<Softmax>(readLogSoftmax(spec)); }

}  // namespace approxtorch
