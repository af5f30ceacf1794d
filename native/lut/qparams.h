// Quantization parameters of activations on the CPU engine.
#pragma once

#include <vector>

#include "../plan/op.h"
#include "../spec/qparams_spec.h"
#include "epilogue.h"
#include "kernels.h"
#include "value_range.h"

namespace approxtorch::lut {

// Scale and zero point at `bits` bits for values of a range (numerics.md §2). Throws PlanError naming the
// tensor where the range is not finite, or wider than float32 holds.
ActivationQuantization quantizationOf(const ValueRange& range, bool isSigned, int64_t bits,
                                      const std::string& tensor);

// The pairs, checked: scales positive and finite, zero points inside the indices [indexLo, indexHi].
std::vector<ActivationQuantization> readQParams(const Tensor& qparams, bool isSigned, int indexLo,
                                                int indexHi);

// How values become the indices of a tensor.
Requantize quantizer(const ActivationQuantization& quantization, bool isSigned, int indexLo, int indexHi);

// Fills every byte of a codes tensor [N, C, Hp, Wp], sets of images alike, with the index of their zero
// point.
void fillWithZeroPoint(Tensor& codes, const std::vector<Requantize>& sets, ThreadPool& pool);

}  // namespace approxtorch::lut
