// float32 matrix products of the backward pass, by a BLAS where the addon was built with one.
#pragma once

#include "sgemm.h"

namespace approxtorch {

// sgemm without its clamp. With a BLAS (CMake option APPROXTORCH_BLAS) the bits depend on that library, not
// on the number of threads.
void gradientGemm(RunContext& context, const GemmProblem& problem);

}  // namespace approxtorch
