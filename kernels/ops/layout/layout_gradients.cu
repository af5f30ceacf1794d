// Gradients of Slice and Pad: every element of dX is the sum over the outputs that repeat it.
#include "../../../native/spec/axis_sources.h"
#include "../../device_shape.h"
#include "../../launch.h"
#include "factories.h"
#include "index_tables.h"

namespace approxtorch::cuda {
namespace {

// Of the outputs that repeat an element.
struct RepetitionAxes {
  DeviceShape shape;               // of dX
  const int64_t* first[kMaxRank];  // see Repetitions
  const int64_t* outputs[kMaxRank];
  int64_t strides[kMaxRank];  // of G
};

__global__ void sumRepetitions(int64_t count, const float* g, float* dx, RepetitionAxes axes) {
  const int64_t i = globalThread();
  if (i >= count) return;
  int64_t begins[kMaxRank], counts[kMaxRank];
  int64_t outputs = 1;
  axes.shape.each(i, [&](int axis, int64_t at) {
    begins[axis] = axes.first[axis][at];
    counts[axis] = axes.first[axis][at + 1] - begins[axis];
    outputs *= counts[axis];
  });
  // In the order of the CPU engine: the last axis is the innermost one, then come the first ones.
  const int last = axes.shape.rank - 1;
  float sum = 0.0f;
  for (int64_t output = 0; output < outputs; ++output) {
    int64_t rest = output;
    int64_t source = 0;
    for (int k = 0; k <= last; ++k) {
      const int axis = k == 0 ? last : k - 1;
      int64_t at = begins[axis];
      if (counts[axis] > 1) {
        at += rest % counts[axis];
        rest /= counts[axis];
      }
      source += axes.outputs[axis][at] * axes.strides[axis];
    }
    sum += g[source];
  }
  dx[i] = sum;
}

class RepetitionGradient : public Op {
 public:
  explicit RepetitionGradient(const RepetitionGradientSpec& spec)
      : g_(spec.g.f32()),
        dx_(spec.dx.f32()),
        count_(spec.dx.count()),
        axes_{DeviceShape(spec.dx.shape), {}, {}, {}} {
    std::vector<size_t> first, outputs;
    for (size_t axis = 0; axis < spec.axes.size(); ++axis) {
      const Repetitions repetitions(spec.axes[axis], spec.dx.shape[axis]);
      first.push_back(tables_.add(repetitions.first));
      outputs.push_back(tables_.add(repetitions.outputs));
    }
    tables_.upload();
    for (size_t axis = 0; axis < spec.axes.size(); ++axis) {
      axes_.first[axis] = tables_.at(first[axis]);
      axes_.outputs[axis] = tables_.at(outputs[axis]);
      axes_.strides[axis] = product(spec.g.shape, axis + 1, spec.g.shape.size());
    }
  }

  void launch(const LaunchContext& context) override {
    launchEach(context.stream, count_, sumRepetitions, g_, dx_, axes_);
  }

 private:
  const float* g_;
  float* dx_;
  int64_t count_;
  RepetitionAxes axes_;
  IndexTables tables_;
};

}  // namespace

OpPointer makeSliceGradient(OpSpec& spec) {
  return std::make_unique<RepetitionGradient>(readSliceGradient(spec));
}
OpPointer makePadGradient(OpSpec& spec) {
  return std::make_unique<RepetitionGradient>(readPadGradient(spec));
}

}  // namespace approxtorch::cuda
