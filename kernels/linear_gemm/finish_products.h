// The second pass over products that were computed without their addend.
#pragma once

#include "finish.h"
#include "matrix.h"

namespace approxtorch::cuda {

// results [products][rows, columns] = finish(results + beta·c), in place; c.data may be null. Enqueues
// nothing where that changes nothing.
void finishProducts(cudaStream_t stream, const ProductShape& shape, const MatrixView& c, float beta,
                    const Finish& finish, float* results);

}  // namespace approxtorch::cuda
