// Expand: the gradient of sums and means over axes.
#include "../../../native/spec/expand_spec.h"
#include "../../broadcast.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

__global__ void expandElements(int64_t count, const float* x, float* y, DeviceWalk walk, float scale) {
  const auto operand = [&](int64_t i) {
    int64_t from, same;
    walk.find(i, from, same);
    return x[from];
  };
  // −0 becomes 0, as in the CPU engine.
  eachElement(count, operand, [&](int64_t i, float value) { y[i] = value * scale + 0.0f; });
}

class Expand : public Op {
 public:
  explicit Expand(const ExpandSpec& spec) : spec_(spec), walk_(spec.walk) {}

  // Then nothing is repeated.
  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.y.count(), expandElements, spec_.x.f32(), spec_.y.f32(), walk_,
                   spec_.scale);
  }

 private:
  ExpandSpec spec_;
  DeviceWalk walk_;
};

}  // namespace

OpPointer makeExpand(OpSpec& spec) { return std::make_unique<Expand>(readExpand(spec)); }

}  // namespace approxtorch::cuda
