// Gradients of Softmax, LogSoftmax and LRN.
#include "../cpu/gradient_kernels.h"
#include "../spec/lrn_spec.h"
#include "../spec/softmax_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class SoftmaxGradient : public Op {
 public:
  explicit SoftmaxGradient(const SoftmaxGradientSpec& spec)
      : g_(spec.g.f32()),
        y_(spec.y.f32()),
        dx_(spec.dx.f32()),
        axis_(spec.axis),
        logarithm_(spec.logarithm) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const int64_t stride = axis_.size * axis_.inner;
    context.pool().parallelFor(
        axis_.outer, rowsPerGrain(stride), [&](int64_t begin, int64_t end, int thread) {
          float* work = context.threadScratch<float>(thread, axis_.inner);
          for (int64_t i = begin * stride; i < end * stride; i += stride) {
            gradientKernels().softmax(g_ + i, y_ + i, dx_ + i, axis_.size, axis_.inner, logarithm_, work);
          }
        });
  }

 private:
  const float* g_;
  const float* y_;
  float* dx_;
  SoftmaxAxis axis_;
  bool logarithm_;
};

// With d[c] = bias + scale·Σ x², the sum over the window around c:
// dx[c] = g[c]·d[c]^−beta − 2·scale·beta·x[c]·Σ g[c']·x[c']·d[c']^(−beta − 1) over the windows that hold c.
class LrnGradient : public Op {
 public:
  explicit LrnGradient(const LrnGradientSpec& spec)
      : g_(spec.g.f32()),
        x_(spec.x.f32()),
        dx_(spec.dx.f32()),
        images_(spec.layout.images),
        channels_(spec.layout.channels),
        plane_(spec.layout.plane),
        parameters_(spec.parameters) {}

  // At each position all channels are read before any is written.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    // Positions that are worked on at a time: powers and terms of all channels stay in the second cache.
    const int64_t chunk = std::min(plane_, std::max<int64_t>(16, kGrain / channels_));
    const int64_t chunks = (plane_ + chunk - 1) / chunk;
    context.pool().parallelFor(images_ * chunks, 1, [&](int64_t begin, int64_t end, int thread) {
      float* work = context.threadScratch<float>(thread, (2 * channels_ + 1) * chunk);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i % chunks * chunk;
        runChunk(i / chunks * channels_ * plane_ + first, std::min(chunk, plane_ - first), work);
      }
    });
  }

 private:
  // `count` positions of all channels of an image, from the offset of the first one.
  void runChunk(int64_t offset, int64_t count, float* work) const {
    float* sums = work;
    float* powers = sums + count;
    float* terms = powers + channels_ * count;
    for (int64_t c = 0; c < channels_; ++c) {
      std::fill_n(sums, count, 0.0f);
      forWindow(c, parameters_.before, parameters_.after,
                [&](int64_t n) { floatKernels().addSquares(x_ + offset + n * plane_, sums, count); });
      const int64_t at = offset + c * plane_;
      gradientKernels().localTerms(g_ + at, x_ + at, sums, powers + c * count, terms + c * count, count,
                                   parameters_.bias, parameters_.scale, parameters_.beta);
    }
    for (int64_t c = 0; c < channels_; ++c) {
      std::fill_n(sums, count, 0.0f);
      forWindow(c, parameters_.after, parameters_.before,
                [&](int64_t n) { floatKernels().addRow(terms + n * count, sums, count); });
      const int64_t at = offset + c * plane_;
      gradientKernels().localGradient(g_ + at, x_ + at, powers + c * count, sums, dx_ + at, count,
                                      2.0f * parameters_.scale * parameters_.beta);
    }
  }

  template <class Visit>
  void forWindow(int64_t c, int64_t before, int64_t after, Visit visit) const {
    const int64_t last = std::min(channels_ - 1, c + after);
    for (int64_t n = std::max<int64_t>(0, c - before); n <= last; ++n) visit(n);
  }

  const float* g_;
  const float* x_;
  float* dx_;
  int64_t images_, channels_, plane_;
  LrnParameters parameters_;
};

}  // namespace

OpPointer makeSoftmaxGradient(OpSpec& spec) {
  return std::make_unique<SoftmaxGradient>(readSoftmaxGradient(spec));
}

OpPointer makeLogSoftmaxGradient(OpSpec& spec) {
  return std::make_unique<SoftmaxGradient>(readLogSoftmaxGradient(spec));
}

OpPointer makeLrnGradient(OpSpec& spec) { return std::make_unique<LrnGradient>(readLrnGradient(spec)); }

}  // namespace approxtorch
