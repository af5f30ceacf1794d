// Defines the table of gradient loops for the ISA that the including file is compiled for.
#pragma once

#include "normalization_gradient_loops.h"
#include "pointwise_gradient_loops.h"
#include "update_loops.h"
#include "window_gradient_loops.h"

namespace approxtorch {
namespace {

constexpr GradientKernels kGradientLoops = {
    {pointwiseLoop<Pointwise::kBetween>, pointwiseLoop<Pointwise::kLeakyRelu>, pointwiseLoop<Pointwise::kElu>,
     pointwiseLoop<Pointwise::kHardSigmoid>, pointwiseLoop<Pointwise::kHardSwish>,
     pointwiseLoop<Pointwise::kSigmoid>, pointwiseLoop<Pointwise::kTanh>},
    pReluLoop,
    dropoutLoop,
    momentsLoop,
    gradientSumsLoop,
    normalizeLoop,
    normalizeGradientLoop,
    softmaxGradientLoop,
    localTermsLoop,
    localGradientLoop,
    maximumGradientPlaneLoop,
    averageGradientPlaneLoop,
    firstMaximumLoop,
    sumSquaresLoop,
    sgdLoop,
    adamLoop,
    averageLoop,
};

}  // namespace
}  // namespace approxtorch
