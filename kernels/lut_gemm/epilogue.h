// From sums to results: zero points, scales, bias, activation and, where asked, requantization (numerics.md
// §3).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "../../native/math/quantization.h"

namespace approxtorch::cuda {

// Taps in the padding, which `padding: skip` leaves out.
struct SkippedTaps {
  int32_t height, width, kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft;

  __device__ bool padded(int32_t y, int32_t x, int32_t ky, int32_t kx) const {
    const int32_t iy = y * strideH - padTop + ky * dilationH;
    const int32_t ix = x * strideW - padLeft + kx * dilationW;
    return iy < 0 || iy >= height || ix < 0 || ix >= width;
  }
};

// Sum: int32_t, in which all but the result may wrap, or int64_t.
template <class Sum>
struct Epilogue {
  using Wrapping = std::make_unsigned_t<Sum>;

  const Sum* constants;       // [sets][outputs], added to the sums
  const float* scales;        // [sets][outputs]
  const float* bias;          // [outputs] or null
  const int32_t* zeroPoints;  // of the weights [outputs]
  const int32_t* codeSums;    // [groups][positions], Σ of the activations' indices; null if zeroPoints are 0
  const Sum* tapErrors;       // [sets][outputs][kernel taps], what a padded tap adds; null: it stays
  SkippedTaps skipped;
  int32_t positions, outputs, groupOutputs;  // outputs: of all groups
  int32_t imagesPerSet;
  float low, high;  // of the activation

  float* values;  // null where codes are asked for
  uint8_t* codes;
  lut::Requantize requantize;
  int32_t outPlane, outWidth, outPitch, outOrigin;  // of the output's planes: a halo surrounds codes
  int64_t channelStride;                            // elements

  // Of `position`: its image, and where it lies in the output's plane.
  struct Place {
    int32_t position, image, y, x;
  };
  __device__ Place place(int32_t position) const {
    const int32_t inImage = position % outPlane;
    return {position, position / outPlane, inImage / outWidth, inImage % outWidth};
  }

  __device__ float value(Sum sum, const Place& at, int32_t output) const {
    const int64_t parameters = int64_t{at.image / imagesPerSet} * outputs + output;
    Wrapping acc = static_cast<Wrapping>(sum) + static_cast<Wrapping>(constants[parameters]);
    if (codeSums != nullptr) {
      const Sum codes = codeSums[int64_t{output / groupOutputs} * positions + at.position];
      acc -= static_cast<Wrapping>(Sum{zeroPoints[output]}) * static_cast<Wrapping>(codes);
    }
    if (tapErrors != nullptr) acc -= skippedSum(parameters, at);
    const float y = static_cast<float>(static_cast<Sum>(acc)) * scales[parameters] +
                    (bias == nullptr ? 0.0f : bias[output]);
    return lut::clampFloat(y, low, high);
  }

  __device__ void store(float y, const Place& at, int32_t output) const {
    const int64_t to =
        (int64_t{at.image} * outputs + output) * channelStride + outOrigin + at.y * outPitch + at.x;
    if (values != nullptr) {
      values[to] = y;
    } else {
      codes[to] = lut::codeOf(y, requantize);
    }
  }

 private:
  __device__ Wrapping skippedSum(int64_t parameters, const Place& at) const {
    if (!skipped.padded(at.y, at.x, 0, 0) &&
        !skipped.padded(at.y, at.x, skipped.kernelH - 1, skipped.kernelW - 1)) {
      return 0;
    }
    const Sum* errors = tapErrors + parameters * skipped.kernelH * skipped.kernelW;
    Wrapping sum = 0;
    for (int32_t ky = 0; ky < skipped.kernelH; ++ky) {
      for (int32_t kx = 0; kx < skipped.kernelW; ++kx) {
        if (skipped.padded(at.y, at.x, ky, kx)) {
          sum += static_cast<Wrapping>(errors[ky * skipped.kernelW + kx]);
        }
      }
    }
    return sum;
  }
};

}  // namespace approxtorch::cuda
