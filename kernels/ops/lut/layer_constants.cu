#include "../../../native/spec/quantized_weights_spec.h"
#include "../../launch.h"
#include "layer_constants.h"

namespace approxtorch::cuda {
namespace {

constexpr int kWarp = 32;

// One warp per output.
__global__ void sumOutputs(int64_t threads, LayerWeights weights, int64_t* sums) {
  const int64_t thread = globalThread();
  const int64_t output = thread / kWarp;
  if (thread >= threads) return;  // whole warps
  int64_t sum = 0;
  for (int32_t k = static_cast<int32_t>(thread % kWarp); k < weights.reduction; k += kWarp) {
    sum += weights.indices[output * weights.reduction + k];
  }
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, lanes);
  if (thread % kWarp == 0) sums[output] = sum + int64_t{weights.reduction} * weights.first;
}

template <class Sum>
__global__ void constantsOfOutputs(int64_t count, LayerWeights weights, const int64_t* weightSums,
                                   ActivationPairs pairs, int32_t tableOffset, Sum* constants, float* scales,
                                   FaultReport fault) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const auto output = static_cast<int32_t>(i % weights.outputs);
  const ActivationPairs::Pair pair = pairs.of(i / weights.outputs, fault);
  const int64_t za = pair.zeroIndex + pairs.first;
  const int64_t zw = weights.zeroPoints[output];
  const bool isCode = zw >= lut::kLeastZeroPoint && zw <= lut::kMostZeroPoint;
  if (!isCode || (zw != 0 && !weights.haveZeroPoints)) fault.raise(kZeroPointFault, static_cast<float>(zw));
  const int64_t reduction = weights.reduction;
  // With indices i = a − first, Σ a = Σ i + K·first; the epilogue adds the part in Σ i.
  constants[i] = static_cast<Sum>(reduction * tableOffset - zw * reduction * pairs.first -
                                  za * weightSums[output] + reduction * za * zw);
  scales[i] = pair.scale * weights.scales[output];
}

// A tap in the padding has added T(z_a, w) − z_a·w, all correction terms taken together.
template <class Sum>
__global__ void errorsOfTaps(int64_t count, LayerWeights weights, ActivationPairs pairs, DeviceTable table,
                             Sum* errors, FaultReport fault) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const auto tap = static_cast<int32_t>(i % weights.taps);
  const int64_t output = i / weights.taps % weights.outputs;
  const ActivationPairs::Pair pair = pairs.of(i / weights.taps / weights.outputs, fault);
  const int64_t za = pair.zeroIndex + pairs.first;
  int64_t sum = 0;
  for (int32_t k = tap; k < weights.reduction; k += weights.taps) {
    const int32_t w = weights.indices[output * weights.reduction + k];
    sum += table.wide[pair.zeroIndex * table.columns + w] - za * (w + weights.first);
  }
  errors[i] = static_cast<Sum>(sum);
}

// Σ over the channels of each group.
__global__ void sumPlanes(int64_t count, CodeSums shape, const uint8_t* codes, int32_t* sums) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const int64_t group = i / shape.plane;
  const uint8_t* from = codes + group * shape.channels * shape.plane + i % shape.plane;
  int32_t sum = 0;
  for (int32_t c = 0; c < shape.channels; ++c) sum += from[int64_t{c} * shape.plane];
  sums[i] = sum;
}

// places: of the planes' sums, in elements; its taps are those of the first channel.
__global__ void sumWindows(int64_t count, CodeSums shape, CodePlaces places, const int32_t* planeSums,
                           int32_t* sums) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const int64_t group = i / shape.positions;
  const int32_t* from =
      planeSums + group * places.groupStride + places.of(static_cast<int32_t>(i % shape.positions));
  int32_t sum = 0;
  for (int32_t tap = 0; tap < shape.kernelTaps; ++tap) sum += from[places.taps[tap]];
  sums[i] = sum;
}

}  // namespace

void sumWeights(const LayerWeights& weights, int64_t* sums, cudaStream_t stream) {
  launchEach(stream, int64_t{weights.outputs} * kWarp, sumOutputs, weights, sums);
}

template <class Sum>
void findConstants(const LayerWeights& weights, const int64_t* weightSums, const ActivationPairs& pairs,
                   int32_t sets, const DeviceTable& table, Sum* constants, float* scales, Sum* tapErrors,
                   FaultReport fault, cudaStream_t stream) {
  const int64_t count = int64_t{sets} * weights.outputs;
  launchEach(stream, count, constantsOfOutputs<Sum>, weights, weightSums, pairs,
             table.narrow == nullptr ? 0 : table.offset, constants, scales, fault);
  if (tapErrors == nullptr) return;
  launchEach(stream, count * weights.taps, errorsOfTaps<Sum>, weights, pairs, table, tapErrors, fault);
}

template void findConstants(const LayerWeights&, const int64_t*, const ActivationPairs&, int32_t,
                            const DeviceTable&, int32_t*, float*, int32_t*, FaultReport, cudaStream_t);
template void findConstants(const LayerWeights&, const int64_t*, const ActivationPairs&, int32_t,
                            const DeviceTable&, int64_t*, float*, int64_t*, FaultReport, cudaStream_t);

void sumCodes(const CodeSums& shape, const CodePlaces& places, int32_t* planeSums, int32_t* sums,
              cudaStream_t stream) {
  launchEach(stream, shape.planeSums(), sumPlanes, shape, places.codes, planeSums);
  CodePlaces ofSums = places;
  ofSums.imageStride = int64_t{shape.groups} * shape.plane;
  ofSums.groupStride = shape.plane;
  launchEach(stream, int64_t{shape.groups} * shape.positions, sumWindows, shape, ofSums, planeSums, sums);
}

}  // namespace approxtorch::cuda
