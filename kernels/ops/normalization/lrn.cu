// LRN and its gradient: one thread per element.
#include "../../../native/math/normalization.h"
#include "../../../native/spec/lrn_spec.h"
#include "../../launch.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// Sum of term(k) over the elements k of the channels from c − before to c + after, at the place of element i
// of channel c.
template <class Term>
__device__ float sumAcross(const ChannelLayout& layout, int64_t i, int64_t before, int64_t after, Term term) {
  const int64_t c = i / layout.plane % layout.channels;
  const int64_t first = max(int64_t{0}, c - before), last = min(layout.channels - 1, c + after);
  float sum = 0.0f;
  for (int64_t n = first; n <= last; ++n) sum += term(i + (n - c) * layout.plane);
  return sum;
}

// bias + scale · Σ x²
__device__ float baseOf(const ChannelLayout& layout, int64_t i, const float* x, const LrnParameters& p) {
  const float squares = sumAcross(layout, i, p.before, p.after, [=](int64_t k) { return x[k] * x[k]; });
  return p.bias + p.scale * squares;
}

__global__ void localNormalize(int64_t count, const float* x, float* y, ChannelLayout layout,
                               LrnParameters p) {
  const int64_t i = globalThread();
  if (i < count) y[i] = localNormalizedOf(x[i], baseOf(layout, i, x, p), p.beta);
}

// With d = bias + scale·Σ x² around each element: its d^−beta, and g·x·d^(−beta − 1).
__global__ void localTerms(int64_t count, const float* g, const float* x, float* powers, float* terms,
                           ChannelLayout layout, LrnParameters p) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const float base = baseOf(layout, i, x, p);
  powers[i] = localPower(base, p.beta);
  terms[i] = g[i] * x[i] * powers[i] / base;
}

// dx may be g.
__global__ void localGradients(int64_t count, const float* g, const float* x, const float* powers,
                               const float* terms, float* dx, ChannelLayout layout, LrnParameters p) {
  const int64_t i = globalThread();
  if (i >= count) return;
  // The windows that hold the element.
  const float sum = sumAcross(layout, i, p.after, p.before, [=](int64_t k) { return terms[k]; });
  dx[i] = g[i] * powers[i] - 2.0f * p.scale * p.beta * x[i] * sum;
}

class Lrn : public Op {
 public:
  explicit Lrn(const LrnSpec& spec) : spec_(spec) {}

  void launch(const LaunchContext& context) override {
    launchEach(context.stream, spec_.x.count(), localNormalize, spec_.x.f32(), spec_.y.f32(), spec_.layout,
               spec_.parameters);
  }

 private:
  LrnSpec spec_;
};

class LrnGradient : public Op {
 public:
  explicit LrnGradient(const LrnGradientSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  size_t scratchBytes() const override { return 2 * static_cast<size_t>(spec_.x.bytes()); }

  void launch(const LaunchContext& context) override {
    const int64_t count = spec_.x.count();
    auto* powers = context.scratchAs<float>();
    float* terms = powers + count;
    launchEach(context.stream, count, localTerms, spec_.g.f32(), spec_.x.f32(), powers, terms, spec_.layout,
               spec_.parameters);
    launchEach(context.stream, count, localGradients, spec_.g.f32(), spec_.x.f32(), powers, terms,
               spec_.dx.f32(), spec_.layout, spec_.parameters);
  }

 private:
  LrnGradientSpec spec_;
};

}  // namespace

OpPointer makeLrn(OpSpec& spec) { return std::make_unique<Lrn>(readLrn(spec)); }

OpPointer makeLrnGradient(OpSpec& spec) { return std::make_unique<LrnGradient>(readLrnGradient(spec)); }

}  // namespace approxtorch::cuda
