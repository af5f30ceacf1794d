#include "float_loops.h"

namespace approxtorch {

const FloatKernels kFloatAvx512 = kFloatLoops;

}  // namespace approxtorch
