// Quantization parameters of activations as plans carry them: f32 [S, 2] of (scale, zero point), one pair for
// every N / S images of a batch of N.
#pragma once

#include <vector>

#include "../plan/op.h"
#include "epilogue.h"
#include "kernels.h"
#include "value_range.h"

namespace approxtorch::lut {

// Operand value of index 0.
constexpr int32_t firstOperand(bool isSigned) { return isSigned ? -128 : 0; }

// Scale and zero point at `bits` bits for values of a range (numerics.md §2). Throws PlanError naming the
// tensor where the range is not finite, or wider than float32 holds.
ActivationQuantization quantizationOf(const ValueRange& range, bool isSigned, int64_t bits,
                                      const std::string& tensor);

// Throws where the tensor is not [S, 2] with S a divisor of the batch.
void expectQParams(const OpSpec& spec, const Tensor& qparams, int64_t batch);

// The pairs, checked: scales positive and finite, zero points inside the indices [indexLo, indexHi].
std::vector<ActivationQuantization> readQParams(const Tensor& qparams, bool isSigned, int indexLo,
                                                int indexHi);

// How values become the indices of a tensor.
Requantize quantizer(const ActivationQuantization& quantization, bool isSigned, int indexLo, int indexHi);

// Fills every byte of a codes tensor [N, C, Hp, Wp], sets of images alike, with the index of their zero
// point.
void fillWithZeroPoint(Tensor& codes, const std::vector<Requantize>& sets, ThreadPool& pool);

}  // namespace approxtorch::lut
