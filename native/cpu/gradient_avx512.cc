#include "gradient_loops.h"

namespace approxtorch {

const GradientKernels kGradientAvx512 = kGradientLoops;

}  // namespace approxtorch
