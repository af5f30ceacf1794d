// Codes with a halo.
#pragma once

#include <cuda_runtime.h>

#include <array>
#include <cstdint>

namespace approxtorch::cuda {

// Planes of height × width inside of a halo.
struct HaloPlanes {
  int32_t height, width, top, left, rows, pitch;  // rows, pitch: with the halo

  HaloPlanes(int64_t height, int64_t width, const std::array<int64_t, 4>& halo)
      : height(static_cast<int32_t>(height)),
        width(static_cast<int32_t>(width)),
        top(static_cast<int32_t>(halo[0])),
        left(static_cast<int32_t>(halo[1])),
        rows(static_cast<int32_t>(halo[0] + height + halo[2])),
        pitch(static_cast<int32_t>(halo[1] + width + halo[3])) {}

  bool bare() const { return rows == height && pitch == width; }
  __host__ __device__ int64_t plane() const { return int64_t{rows} * pitch; }

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
  // Where the element i of the planes without a halo lies with it.
  __device__ int64_t place(int64_t i) const {
    const int64_t size = int64_t{height} * width;
    const int64_t plane = i / size;
    const auto inPlane = static_cast<int32_t>(i % size);
    return (plane * rows + top + inPlane / width) * pitch + left + inPlane % width;
  }
  // Whether byte i, counted with the halo, belongs to it.
  __device__ bool inHalo(int64_t i) const {
    const auto inPlane = static_cast<int32_t>(i % plane());
    const int32_t y = inPlane / pitch - top, x = inPlane % pitch - left;
    return y < 0 || y >= height || x < 0 || x >= width;
  }
#endif
};

}  // namespace approxtorch::cuda
