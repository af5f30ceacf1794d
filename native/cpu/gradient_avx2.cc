#include "gradient_loops.h"

namespace approxtorch {

const GradientKernels kGradientAvx2 = kGradientLoops;

}  // namespace approxtorch
