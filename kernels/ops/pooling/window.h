// Windows of a pooling on the device. Sides, and what a window reaches of them, are below 2^17
// (pool_window.cc).
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "../../../native/spec/plane_window.h"

namespace approxtorch::cuda {

// One axis of a window.
struct WindowAxis {
  int size, windows, kernel, stride, dilation, padding;
  // From one tap to the next one at which some window reaches the same position; at most the kernel.
  int tapStep;

  WindowAxis(int64_t size, int64_t windows, int64_t kernel, int64_t stride, int64_t dilation, int64_t padding)
      : size(static_cast<int>(size)),
        windows(static_cast<int>(windows)),
        kernel(static_cast<int>(kernel)),
        stride(static_cast<int>(stride)),
        dilation(static_cast<int>(dilation)),
        padding(static_cast<int>(padding)),
        tapStep(static_cast<int>(std::min(kernel, stride / std::gcd(stride, dilation)))) {}

  __device__ int position(int window, int tap) const { return window * stride - padding + tap * dilation; }
  // The taps [begin, end) of a window that lie within the plane.
  __device__ void taps(int window, int& begin, int& end) const {
    const int first = position(window, 0);
    const int room = size - first;
    begin = first < 0 ? (dilation - 1 - first) / dilation : 0;
    end = room <= 0 ? 0 : min(kernel, (room + dilation - 1) / dilation);
  }
  // Calls visit(window, tap) for the windows that hold a position, tap by tap.
  template <class Visit>
  __device__ void windowsAt(int position, Visit visit) const {
    const int reach = position + padding;
    int tap = 0;
    while (tap < tapStep && (reach - tap * dilation) % stride != 0) ++tap;
    if (tap == tapStep) return;
    for (; tap < kernel && tap * dilation <= reach; tap += tapStep) {
      const int window = (reach - tap * dilation) / stride;
      if (window < windows) visit(window, tap);
    }
  }
};

struct DeviceWindow {
  WindowAxis rows, columns;

  explicit DeviceWindow(const PlaneWindow& w)
      : rows(w.height, w.outHeight, w.kernelH, w.strideH, w.dilationH, w.padTop),
        columns(w.width, w.outWidth, w.kernelW, w.strideW, w.dilationW, w.padLeft) {}

  __device__ int planeSize() const { return rows.size * columns.size; }
  __device__ int outPlaneSize() const { return rows.windows * columns.windows; }
};

// An element of planes of rows × columns.
struct PlaneElement {
  int64_t plane;
  int row, column;

  __device__ PlaneElement(int64_t index, int rows, int columns) {
    const int size = rows * columns;
    plane = index / size;
    const auto rest = static_cast<int>(index - plane * size);
    row = rest / columns;
    column = rest - row * columns;
  }
};

}  // namespace approxtorch::cuda
