#include <cmath>
#include <cstring>

#include "../cpu/gradient_kernels.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// A bijection of the 64-bit integers that spreads every bit over all: the finalizer of SplitMix64 (G. L.
// Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014).
uint64_t spread(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Dropout : public Op {
 public:
  Dropout(const Tensor& x, const float* seed, Tensor& y, double ratio, uint32_t salt)
      : x_(x.f32()),
        seed_(seed),
        y_(y.f32()),
        count_(x.count()),
        salt_(salt),
        threshold_(static_cast<uint32_t>(std::ldexp(ratio, 32))),
        scale_(static_cast<float>(1.0 / (1.0 - ratio))) {}

  // Only x: the seed may be of its size.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    uint32_t seed;
    std::memcpy(&seed, seed_, sizeof seed);
    const uint64_t key = spread(spread(uint64_t{salt_} << 32 | seed) + 0x9e3779b97f4a7c15u);
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      // No grain crosses a multiple of 2^32.
      const uint64_t local = spread(key + static_cast<uint64_t>(begin >> 32));
      const DropoutDraw draw{static_cast<uint32_t>(local), static_cast<uint32_t>(local >> 32), threshold_};
      gradientKernels().dropout(x_ + begin, y_ + begin, static_cast<uint32_t>(begin), end - begin, scale_,
                                draw);
    });
  }

 private:
  const float* x_;
  const float* seed_;
  float* y_;
  int64_t count_;
  uint32_t salt_, threshold_;
  float scale_;
};

}  // namespace

OpPointer makeDropout(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  const double ratio = spec.attributes.real("ratio", 0.0, 1.0);
  if (ratio == 1.0) spec.fail("a ratio of 1 leaves nothing");
  const auto salt = static_cast<uint32_t>(spec.attributes.integer("salt", 0, UINT32_MAX));
  return std::make_unique<Dropout>(x, scalarInput(spec, 1), y, ratio, salt);
}

}  // namespace approxtorch
