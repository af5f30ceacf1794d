#include "axis_sources.h"

#include <algorithm>

namespace approxtorch {
namespace {

enum class PadMode { kConstant, kReflect, kEdge };

// The sources of one axis of a Pad. A negative padding cuts the input first.
std::vector<int64_t> padSources(const OpSpec& spec, int64_t input, int64_t output, int64_t begin,
                                PadMode mode) {
  const int64_t end = output - input - begin;
  const int64_t first = std::max<int64_t>(0, -begin);
  const int64_t kept = input - first - std::max<int64_t>(0, -end);
  if (kept < (mode == PadMode::kConstant ? 0 : 1)) spec.fail("the padding cuts away more than there is");
  if (mode == PadMode::kReflect && std::max(begin, end) >= kept) {
    spec.fail("the padding reflects more than there is");
  }
  std::vector<int64_t> indices;
  for (int64_t o = 0; o < output; ++o) {
    int64_t i = o - std::max<int64_t>(0, begin);
    const bool outside = i < 0 || i >= kept;
    if (mode == PadMode::kEdge) i = std::clamp<int64_t>(i, 0, kept - 1);
    if (mode == PadMode::kReflect && i < 0) i = -i;
    if (mode == PadMode::kReflect && i >= kept) i = 2 * (kept - 1) - i;
    indices.push_back(mode == PadMode::kConstant && outside ? kOutside : first + i);
  }
  return indices;
}

// Reads `begins` and `mode` of a Pad of x to y. Throws where they do not fit.
AxisSources readPadSources(OpSpec& spec, const Tensor& x, const Tensor& y) {
  const size_t rank = x.shape.size();
  spec.expectRank(y, rank, rank);
  const auto mode = static_cast<PadMode>(spec.attributes.choice("mode", {"constant", "reflect", "edge"}));
  const std::vector<int64_t> begins = spec.attributes.integers("begins", rank, INT32_MIN, INT32_MAX);
  AxisSources axes;
  for (size_t i = 0; i < rank; ++i) {
    axes.push_back(padSources(spec, x.shape[i], y.shape[i], begins[i], mode));
  }
  return axes;
}

}  // namespace

PadSpec readPad(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 1, kMaxRank);
  AxisSources axes = readPadSources(spec, x, y);
  return {x, y, std::move(axes), spec.attributes.bound("value")};
}

std::vector<SliceAxis> readSliceAxes(OpSpec& spec, const Tensor& x, const Tensor& y) {
  const size_t rank = x.shape.size();
  spec.expectRank(y, rank, rank);
  const std::vector<int64_t> starts = spec.attributes.integers("starts", rank, 0, INT32_MAX);
  const std::vector<int64_t> steps = spec.attributes.integers("steps", rank, INT32_MIN, INT32_MAX);
  std::vector<SliceAxis> axes;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t last = starts[i] + (y.shape[i] - 1) * steps[i];
    if (steps[i] == 0 || starts[i] >= x.shape[i] || last < 0 || last >= x.shape[i]) {
      spec.fail("axis " + std::to_string(i) + " of the slice reaches outside of '" + x.name + "'");
    }
    axes.push_back({starts[i], steps[i]});
  }
  return axes;
}

RepetitionGradientSpec readSliceGradient(OpSpec& spec) {
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
  return {g, dx, std::move(axes)};
}

RepetitionGradientSpec readPadGradient(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& g = spec.input(0);
  Tensor& dx = spec.output(0);
  spec.expectRank(dx, 1, kMaxRank);
  return {g, dx, readPadSources(spec, dx, g)};
}

Repetitions::Repetitions(const std::vector<int64_t>& sources, int64_t inputs)
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

}  // namespace approxtorch
