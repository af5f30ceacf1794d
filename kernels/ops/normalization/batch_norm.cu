// BatchNormalization with fixed statistics.
#include "../../../native/spec/batch_norm_spec.h"
#include "channels.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

struct FixedStatistics {
  const float *scale, *bias, *mean, *variance;
  float epsilon;
};

__global__ void normalizeFixed(ChannelElements elements, const float* x, float* y, FixedStatistics fixed) {
  float results[ChannelElements::kPerThread];
  elements.forEach([&](int k, int64_t i, int64_t c) {
    const float scale = fixed.scale[c] / sqrtf(fixed.variance[c] + fixed.epsilon);
    results[k] = x[i] * scale + (fixed.bias[c] - fixed.mean[c] * scale);
  });
  elements.forEach([&](int k, int64_t i, int64_t) { y[i] = results[k]; });
}

class BatchNormalization : public Op {
 public:
  explicit BatchNormalization(const BatchNormSpec& spec) : spec_(spec), elements_(spec.layout) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void launch(const LaunchContext& context) override {
    cuda::launch(context.stream, normalizeFixed, elements_.grid(), kThreads, 0, elements_, spec_.x.f32(),
                 spec_.y.f32(),
                 FixedStatistics{spec_.scale, spec_.bias, spec_.mean, spec_.variance, spec_.epsilon});
  }

 private:
  BatchNormSpec spec_;
  ChannelElements elements_;
};

}  // namespace

OpPointer makeBatchNormalization(OpSpec& spec) {
  return std::make_unique<BatchNormalization>(readBatchNormalization(spec));
}

}  // namespace approxtorch::cuda
