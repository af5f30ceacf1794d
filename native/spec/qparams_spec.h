// Quantization parameters of activations as plans carry them: f32 [S, 2] of (scale, zero point), one pair for
// every N / S images of a batch of N.
#pragma once

#include "../plan/op_spec.h"

namespace approxtorch::lut {

// Operand value of index 0.
constexpr int32_t firstOperand(bool isSigned) { return isSigned ? -128 : 0; }

// Throws where the tensor is not [S, 2] with S a divisor of the batch.
void expectQParams(const OpSpec& spec, const Tensor& qparams, int64_t batch);

// What is said of pairs that are none.
std::string noQParamsText(const Tensor& qparams);
// What is said of values that have no range.
std::string noRangeText(const std::string& tensor);

}  // namespace approxtorch::lut
