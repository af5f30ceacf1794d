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

// For every index of an axis of the input the outputs that repeat it: outputs[first[i]] to outputs[first[i +
// 1]].
struct Repetitions {
  std::vector<int64_t> first, outputs;

  Repetitions(const std::vector<int64_t>& sources, int64_t inputs)
      : first(static_cast<size_t>(inputs) + 1, 0) {
    for (const int64_t source : sources) {
      if (source != kOutside) ++first[static_cast<size_t>(source) + 1];
    }
    for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    outputs.resize(static_cast<size_t>(first.back()));
    std::vector<int64_t> next(first.begin(), first.end() - 1);
    for (size_t o = 0; o < sources.size(); ++o) {
      if (sources[o] == kOutside) continue;
      outputs[static_cast<size_t>(next[static_cast<size_t>(sources[o])]++)] = static_cast<int64_t>(o);
    }
  }
};

class RepetitionGradient : public Op {
 public:
  RepetitionGradient(const Tensor& g, Tensor& dx, const AxisSources& axes)
      : g_(g.f32()),
        dx_(dx.f32()),
        row_(dx.shape.back()),
        rows_(dx.count() / dx.shape.back()),
        runs_(runsOf(axes.back())) {
    int64_t stride = g.shape.back();
    for (size_t axis = axes.size() - 1; axis-- > 0;) {
      outer_.insert(outer_.begin(), {Repetitions(axes[axis], dx.shape[axis]), dx.shape[axis], stride});
      stride *= g.shape[axis];
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
  spec.expectCounts(1, 1, 1);
  const Tensor& g = spec.input(0);
  Tensor& dx = spec.output(0);
  spec.expectRank(dx, 1, kMaxRank);
  const std::vector<SliceAxis> slice = readSliceAxes(spec, dx, g);
  AxisSources axes;
  for (size_t i = 0; i < slice.size(); ++i) {
    axes.emplace_back();
    for (int64_t o = 0; o < g.shape[i]; ++o) axes.back().push_back(slice[i].start + o * slice[i].step);
  }
  return std::make_unique<RepetitionGradient>(g, dx, axes);
}

OpPointer makePadGradient(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& g = spec.input(0);
  Tensor& dx = spec.output(0);
  spec.expectRank(dx, 1, kMaxRank);
  return std::make_unique<RepetitionGradient>(g, dx, readPadSources(spec, dx, g));
}

}  // namespace approxtorch
