// How the taps of a convolution, or of its transpose, move along one axis.
#pragma once

#include <cstdint>
#include <vector>

namespace approxtorch {

// One axis of a convolution forwards.
struct WindowAxis {
  int64_t size, outSize, kernel, stride, dilation, padding;
};

// Target positions read source positions. The targets first + i·step of a phase read, with each of its taps,
// the source positions origin + offset + i·advance, where `offset` is the tap's.
struct TapAxis {
  struct Tap {
    int64_t index;   // in the kernel
    int64_t offset;  // ≥ 0
  };
  struct Phase {
    int64_t first;  // < step
    std::vector<Tap> taps;
  };

  int64_t targets, sources;  // sizes
  int64_t step, advance;
  int64_t origin;  // may lie before the first source
  std::vector<Phase> phases;
  bool complete;  // every target is in a phase; others have no taps

  // Targets of the phase that begins at `first` among the first `count` targets.
  int64_t positions(int64_t first, int64_t count) const {
    return count <= first ? 0 : (count - first - 1) / step + 1;
  }
  // Source positions, from the origin on, that the first `count` targets read.
  int64_t extent(int64_t count) const;
};

// y[i] = Σ_k x[i·stride − padding + k·dilation]: one phase.
TapAxis forwardTaps(const WindowAxis& axis);
// Its transpose, dx[j] = Σ_k dy[(j + padding − k·dilation) / stride] where that is whole: a phase for every
// rest by the stride that a tap has.
TapAxis transposedTaps(const WindowAxis& axis);

}  // namespace approxtorch
