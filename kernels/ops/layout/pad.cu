#include "../../../native/spec/axis_sources.h"
#include "../../device_shape.h"
#include "../../elements.h"
#include "factories.h"
#include "index_tables.h"

namespace approxtorch::cuda {
namespace {

struct PadAxes {
  DeviceShape shape;  // of y
  const int64_t* sources[kMaxRank];
  int64_t strides[kMaxRank];  // of x
};

__global__ void padElements(int64_t count, const float* x, float* y, PadAxes axes, float value) {
  const auto operand = [&](int64_t i) {
    int64_t source = 0;
    bool outside = false;
    axes.shape.each(i, [&](int axis, int64_t at) {
      const int64_t index = axes.sources[axis][at];
      outside = outside || index == kOutside;
      source += index * axes.strides[axis];
    });
    return outside ? value : x[source];
  };
  eachElement(count, operand, [&](int64_t i, float element) { y[i] = element; });
}

class Pad : public Op {
 public:
  explicit Pad(const PadSpec& spec)
      : x_(spec.x.f32()),
        y_(spec.y.f32()),
        count_(spec.y.count()),
        axes_{DeviceShape(spec.y.shape), {}, {}},
        value_(spec.value) {
    std::vector<size_t> begins;
    for (const std::vector<int64_t>& sources : spec.axes) begins.push_back(tables_.add(sources));
    tables_.upload();
    for (size_t axis = 0; axis < begins.size(); ++axis) {
      axes_.sources[axis] = tables_.at(begins[axis]);
      axes_.strides[axis] = product(spec.x.shape, axis + 1, spec.x.shape.size());
    }
  }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, count_, padElements, x_, y_, axes_, value_);
  }

 private:
  const float* x_;
  float* y_;
  int64_t count_;
  PadAxes axes_;
  float value_;
  IndexTables tables_;
};

}  // namespace

OpPointer makePad(OpSpec& spec) { return std::make_unique<Pad>(readPad(spec)); }

}  // namespace approxtorch::cuda
