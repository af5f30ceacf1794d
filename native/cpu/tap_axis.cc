#include "tap_axis.h"

#include <algorithm>
#include <map>

namespace approxtorch {

int64_t TapAxis::extent(int64_t count) const {
  int64_t last = 0;
  for (const Phase& phase : phases) {
    const int64_t rows = positions(phase.first, count);
    if (rows == 0) continue;
    for (const Tap& tap : phase.taps) last = std::max(last, (rows - 1) * advance + tap.offset);
  }
  return last + 1;
}

TapAxis forwardTaps(const WindowAxis& axis) {
  TapAxis::Phase phase{0, {}};
  for (int64_t k = 0; k < axis.kernel; ++k) phase.taps.push_back({k, k * axis.dilation});
  return {axis.outSize, axis.size, 1, axis.stride, -axis.padding, {phase}, true};
}

TapAxis transposedTaps(const WindowAxis& axis) {
  const int64_t s = axis.stride;
  // The tap k = q·s + rest (in steps of the source) serves the targets j with (j + padding) mod s = rest.
  const int64_t lastQuotient = (axis.kernel - 1) * axis.dilation / s;
  TapAxis result{axis.size, axis.outSize, s, 1, axis.padding / s - lastQuotient, {}, true};
  std::map<int64_t, TapAxis::Phase> phases;
  for (int64_t k = 0; k < axis.kernel; ++k) {
    const int64_t rest = k * axis.dilation % s;
    const int64_t first = ((rest - axis.padding) % s + s) % s;
    if (first >= axis.size) continue;
    const int64_t source = (first + axis.padding) / s - k * axis.dilation / s;
    TapAxis::Phase& phase = phases[first];
    phase.first = first;
    phase.taps.push_back({k, source - result.origin});
  }
  for (auto& [first, phase] : phases) result.phases.push_back(std::move(phase));
  result.complete = static_cast<int64_t>(result.phases.size()) == std::min(s, axis.size);
  return result;
}

}  // namespace approxtorch
