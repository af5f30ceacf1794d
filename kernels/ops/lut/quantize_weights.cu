// float32 weights [O, …] → operand indices with a scale and a zero point for every output channel.
#include "../../../native/math/quantization.h"
#include "../../../native/spec/qparams_spec.h"
#include "../../../native/spec/quantize_spec.h"
#include "../../launch.h"
#include "factories.h"
#include "observe_ranges.h"

namespace approxtorch::cuda {
namespace {

struct WeightQuantizer {
  const RangeBits* parts;  // [sets][partsOfSet]
  int32_t partsOfSet;
  int32_t outputsPerSet;
  int32_t indexLo, indexHi, first;  // first: operand value of index 0
  int bits;
  bool isSigned;

  __device__ lut::Requantize of(int32_t output, FaultReport fault) const {
    const DeviceRange range = rangeOf(parts + int64_t{output / outputsPerSet} * partsOfSet, partsOfSet);
    lut::ScaleAndZero found{1.0f, 0.0f};
    if (!range.finite || !lut::scaleAndZeroOf(range.low, range.high, isSigned, bits, found)) {
      fault.raise(output, range.high);
    }
    const int32_t zeroIndex = static_cast<int32_t>(found.zeroPoint) - first;
    return {found.scale, static_cast<float>(indexLo - zeroIndex), static_cast<float>(indexHi - zeroIndex),
            zeroIndex};
  }
};

// One block per output (x).
__global__ void __launch_bounds__(kThreads)
    quantizeOutputs(const float* weights, int64_t perOutput, WeightQuantizer quantizer, uint8_t* indices,
                    float* scales, int32_t* zeroPoints, FaultReport fault) {
  __shared__ float shared[3];
  __shared__ int32_t offset;
  const auto output = static_cast<int32_t>(blockIdx.x);
  if (threadIdx.x == 0) {
    const lut::Requantize to = quantizer.of(output, fault);
    shared[0] = to.scale;
    shared[1] = to.low;
    shared[2] = to.high;
    offset = to.offset;
    scales[output] = to.scale;
    zeroPoints[output] = to.offset + quantizer.first;
  }
  __syncthreads();
  const lut::Requantize to{shared[0], shared[1], shared[2], offset};
  for (int64_t i = threadIdx.x; i < perOutput; i += kThreads) {
    indices[output * perOutput + i] = lut::codeOf(weights[output * perOutput + i], to);
  }
}

class QuantizeWeightsOp : public Op {
 public:
  explicit QuantizeWeightsOp(const lut::QuantizeWeightsSpec& spec)
      : spec_(spec),
        outputs_(spec.weights.shape[0]),
        sets_(spec.perChannel ? outputs_ : 1),
        count_(spec.weights.count() / sets_) {}

  size_t scratchBytes() const override {
    return static_cast<size_t>(sets_ * rangeParts(count_)) * sizeof(RangeBits);
  }

  void launch(const LaunchContext& context) override {
    auto* parts = context.scratchAs<RangeBits>();
    observeRanges(spec_.weights.f32(), sets_, count_, parts, context.stream);
    const WeightQuantizer quantizer{parts,
                                    rangeParts(count_),
                                    static_cast<int32_t>(outputs_ / sets_),
                                    spec_.indices.indexLo,
                                    spec_.indices.indexHi,
                                    lut::firstOperand(spec_.isSigned),
                                    static_cast<int>(spec_.bits),
                                    spec_.isSigned};
    cuda::launch(context.stream, quantizeOutputs, {outputs_}, kThreads, 0, spec_.weights.f32(),
                 spec_.weights.count() / outputs_, quantizer, spec_.indices.u8(), spec_.scales.f32(),
                 spec_.zeroPoints.i32(), context.fault);
  }

  std::string faultText(const Fault&) const override { return lut::noRangeText(spec_.weights.name); }

 private:
  const lut::QuantizeWeightsSpec spec_;
  const int64_t outputs_, sets_, count_;
};

}  // namespace

OpPointer makeQuantizeWeights(OpSpec& spec) {
  return std::make_unique<QuantizeWeightsOp>(lut::readQuantizeWeights(spec));
}

}  // namespace approxtorch::cuda
