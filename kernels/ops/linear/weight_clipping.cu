#include "../../../native/math/quantization.h"
#include "../../../native/spec/qparams_spec.h"
#include "../../launch.h"
#include "weight_clipping.h"

namespace approxtorch::cuda {
namespace {

struct WeightCodes {
  int64_t perOutput;
  int first, lo, hi;  // operand value of index 0; indices
};

__global__ void clearClipped(int64_t count, const float* values, const float* scales,
                             const int32_t* zeroPoints, WeightCodes codes, float* gradients) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const int64_t output = i / codes.perOutput;
  const int zeroIndex = zeroPoints[output] - codes.first;
  const lut::Requantize to{scales[output], static_cast<float>(codes.lo - zeroIndex),
                           static_cast<float>(codes.hi - zeroIndex), zeroIndex};
  if (!lut::maskedCodeOf(values[i], to).inside) gradients[i] = 0.0f;
}

}  // namespace

void clearClippedWeights(cudaStream_t stream, const lut::QuantizedWeights& weights,
                         const lut::WeightClippingSpec& clipping, float* gradients) {
  const WeightCodes codes{weights.perOutput(), lut::firstOperand(clipping.isSigned), clipping.lo,
                          clipping.hi};
  launchEach(stream, clipping.values.count(), clearClipped, clipping.values.f32(), weights.scales.f32(),
             weights.zeroPoints.i32(), codes, gradients);
}

}  // namespace approxtorch::cuda
