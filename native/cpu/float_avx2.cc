#include "float_loops.h"

namespace approxtorch {

const FloatKernels kFloatAvx2 = kFloatLoops;

}  // namespace approxtorch
