#include "gradient_loops.h"

namespace approxtorch {

const GradientKernels kGradientScalar = kGradientLoops;

}  // namespace approxtorch
