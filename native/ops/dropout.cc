#include "../math/dropout.h"

#include <cstring>

#include "../spec/dropout_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Dropout : public Op {
 public:
  explicit Dropout(const DropoutSpec& spec) : spec_(spec) {}

  // Only x: the seed may be of its size.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    uint32_t seed;
    std::memcpy(&seed, spec_.seed, sizeof seed);
    const uint64_t key = dropoutKey(spec_.salt, seed);
    const float* x = spec_.x.f32();
    float* y = spec_.y.f32();
    context.pool().parallelFor(spec_.x.count(), kGrain, [&](int64_t begin, int64_t end, int) {
      // No grain crosses a multiple of 2^32.
      const DropoutDraw draw = dropoutDraw(key, begin, spec_.threshold);
      gradientKernels().dropout(x + begin, y + begin, static_cast<uint32_t>(begin), end - begin, spec_.scale,
                                draw);
    });
  }

 private:
  DropoutSpec spec_;
};

}  // namespace

OpPointer makeDropout(OpSpec& spec) { return std::make_unique<Dropout>(readDropout(spec)); }

}  // namespace approxtorch
