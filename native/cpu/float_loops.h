// Defines the table of float32 loops for the ISA that the including file is compiled for.
#pragma once

#include "elementwise_loops.h"
#include "reduction_loops.h"
#include "window_loops.h"

namespace approxtorch {
namespace {

#define APPROXTORCH_BINARY(kind)                                           \
  {                                                                        \
    binaryLoop<kind, Operands::kBoth>, binaryLoop<kind, Operands::kFirst>, \
        binaryLoop<kind, Operands::kSecond>                                \
  }

constexpr FloatKernels kFloatLoops = {
    {unaryLoop<Unary::kLeakyRelu>, unaryLoop<Unary::kElu>, unaryLoop<Unary::kSigmoid>,
     unaryLoop<Unary::kTanh>, unaryLoop<Unary::kHardSigmoid>, unaryLoop<Unary::kHardSwish>,
     unaryLoop<Unary::kClamp>},
    {APPROXTORCH_BINARY(Binary::kAdd), APPROXTORCH_BINARY(Binary::kSub), APPROXTORCH_BINARY(Binary::kMul),
     APPROXTORCH_BINARY(Binary::kDiv), APPROXTORCH_BINARY(Binary::kPRelu)},
    affineLoop,
    sumLoop,
    maximumLoop,
    addRowLoop,
    depthwisePlaneLoop,
    averagePlaneLoop,
    maximumPlaneLoop,
    softmaxLoop,
    localNormalizeLoop,
    addSquaresLoop,
};

#undef APPROXTORCH_BINARY

}  // namespace
}  // namespace approxtorch
