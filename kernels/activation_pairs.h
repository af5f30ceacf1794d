// Quantization parameters of activations on the device.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../native/math/quantization.h"
#include "../native/plan/tensor.h"
#include "../native/spec/qparams_spec.h"
#include "plan/fault.h"

namespace approxtorch::cuda {

// Pairs [sets] of (scale, zero point), one for every `perSet` elements or images.
struct ActivationPairs {
  const float* pairs;
  int64_t perSet;
  int32_t first;             // operand value of index 0
  int32_t indexLo, indexHi;  // of the codes

  // qparams: [S, 2]; count: of all elements or images.
  ActivationPairs(const Tensor& qparams, int64_t count, bool isSigned, const Tensor& codes)
      : pairs(qparams.f32()),
        perSet(count / qparams.shape[0]),
        first(lut::firstOperand(isSigned)),
        indexLo(codes.indexLo),
        indexHi(codes.indexHi) {}

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
  // Scale, and zero point as an index. Raises a fault where the pair is none; what is returned then does no
  // harm.
  struct Pair {
    float scale;
    int32_t zeroIndex;
  };
  __device__ Pair of(int64_t set, FaultReport fault) const {
    const float scale = pairs[2 * set], index = pairs[2 * set + 1] - static_cast<float>(first);
    const bool sound = isfinite(scale) && scale > 0.0f && index >= static_cast<float>(indexLo) &&
                       index <= static_cast<float>(indexHi) && index == floorf(index);
    if (sound) return {scale, static_cast<int32_t>(index)};
    fault.raise(static_cast<int32_t>(set), scale);
    return {1.0f, indexLo};
  }
  // How values of a set become indices.
  __device__ lut::Requantize quantizer(int64_t set, FaultReport fault) const {
    const Pair pair = of(set, fault);
    return {pair.scale, static_cast<float>(indexLo - pair.zeroIndex),
            static_cast<float>(indexHi - pair.zeroIndex), pair.zeroIndex};
  }
#endif
};

}  // namespace approxtorch::cuda
