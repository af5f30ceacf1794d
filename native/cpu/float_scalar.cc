#include "float_loops.h"

namespace approxtorch {

const FloatKernels kFloatScalar = kFloatLoops;

}  // namespace approxtorch
