#include "../../../native/math/dropout.h"
#include "../../../native/math/vector_math.h"
#include "../../../native/spec/dropout_spec.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

__global__ void dropoutElements(int64_t count, const float* x, const float* seed, float* y, uint32_t salt,
                                uint32_t threshold, float scale) {
  const uint64_t key = dropoutKey(salt, static_cast<uint32_t>(bitsOf(*seed)));
  eachElement(
      count, [&](int64_t i) { return x[i]; },
      [&](int64_t i, float value) {
        y[i] = dropoutOf(value, static_cast<uint32_t>(i), scale, dropoutDraw(key, i, threshold));
      });
}

class Dropout : public Op {
 public:
  explicit Dropout(const DropoutSpec& spec) : spec_(spec) {}

  // Only x: the seed may be of its size.
  bool mayOverwrite(size_t input) const override { return input == 0; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.x.count(), dropoutElements, spec_.x.f32(), spec_.seed, spec_.y.f32(),
                   spec_.salt, spec_.threshold, spec_.scale);
  }

 private:
  DropoutSpec spec_;
};

}  // namespace

OpPointer makeDropout(OpSpec& spec) { return std::make_unique<Dropout>(readDropout(spec)); }

}  // namespace approxtorch::cuda
