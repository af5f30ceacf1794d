// Gradients of approximate layers under a derivative that is a full table D[activation][weight] (numerics.md
// §4).
#pragma once

#include "../../../native/spec/layer_gradient_spec.h"
#include "factories.h"

namespace approxtorch::cuda {

OpPointer makeTableInputGradient(const OpSpec& op, const lut::LayerInputGradientSpec& spec);
OpPointer makeTableWeightGradient(const OpSpec& op, const lut::LayerWeightGradientSpec& spec);

// columns[w][a] = table[a][w]: threads that look up the entries of one weight read from 1 KiB.
void transposeTable(cudaStream_t stream, const float* table, float* columns);

}  // namespace approxtorch::cuda
