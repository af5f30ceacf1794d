// Gradients of Slice and Pad: every element of dX is the sum over the outputs that repeat it.
#include "../spec/axis_sources.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// Outputs `from`, `from` + 1, … of an axis that repeat the inputs `to`, `to` + `step`, …
struct Run {
  int64_t from, to, step, count;
};

// The outputs that repeat something, in as few runs as a walk from the left finds.
std::vector<Run> runsOf(const std::vector<int64_t>& sources) {
  std::vector<Run> runs;
  for (size_t o = 0; o < sources.size(); ++o) {
    if (sources[o] == kOutside) continue;
    const auto output = static_cast<int64_t>(o);
    if (!runs.empty() && runs.back().from + runs.back().count == output) {
      Run& run = runs.back();
      if (run.count == 1) run.step = sources[o] - run.to;
      if (run.to + run.count * run.step == sources[o]) {
        ++run.count;
        continue;
      }
    }
    runs.push_back({output, sources[o], 1, 1});
  }
  return runs;
}

class RepetitionGradient : public Op {
 public:
  explicit RepetitionGradient(const RepetitionGradientSpec& spec)
      : g_(spec.g.f32()),
        dx_(spec.dx.f32()),
        row_(spec.dx.shape.back()),
        rows_(spec.dx.count() / spec.dx.shape.back()),
        runs_(runsOf(spec.axes.back())) {
    int64_t stride = spec.g.shape.back();
    for (size_t axis = spec.axes.size() - 1; axis-- > 0;) {
      const int64_t size = spec.dx.shape[axis];
      outer_.insert(outer_.begin(), {Repetitions(spec.axes[axis], size), size, stride});
      stride *= spec.g.shape[axis];
    }
  }

  void run(RunContext& context) override {
    context.pool().parallelFor(rows_, rowsPerGrain(row_), [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        std::fill_n(dx_ + row * row_, row_, 0.0f);
        addRows(dx_ + row * row_, row, g_, outer_.size());
      }
    });
  }

 private:
  struct Axis {
    Repetitions repetitions;
    int64_t size, stride;  // of dX; of an output of this axis in G
  };

  // Adds all rows of G that repeat the row of dX; `index` is what is left of its number after the axes from
  // `axes` on.
  void addRows(float* dx, int64_t index, const float* g, size_t axes) const {
    if (axes == 0) {
      addRow(dx, g);
      return;
    }
    const Axis& axis = outer_[axes - 1];
    const auto i = static_cast<size_t>(index % axis.size);
    for (int64_t k = axis.repetitions.first[i]; k < axis.repetitions.first[i + 1]; ++k) {
      const int64_t output = axis.repetitions.outputs[static_cast<size_t>(k)];
      addRows(dx, index / axis.size, g + output * axis.stride, axes - 1);
    }
  }

  void addRow(float* dx, const float* g) const {
    for (const Run& run : runs_) {
      if (run.step == 1) {
        floatKernels().addRow(g + run.from, dx + run.to, run.count);
      } else {
        for (int64_t i = 0; i < run.count; ++i) dx[run.to + i * run.step] += g[run.from + i];
      }
    }
  }

  const float* g_;
  float* dx_;
  int64_t row_, rows_;
  std::vector<Run> runs_;  // of the last axis
  std::vector<Axis> outer_;
};

}  // namespace

OpPointer makeSliceGradient(OpSpec& spec) {
  return std::make_unique<RepetitionGradient>(readSliceGradient(spec));
}
OpPointer makePadGradient(OpSpec& spec) {
  return std::make_unique<RepetitionGradient>(readPadGradient(spec));
}

}  // namespace approxtorch
