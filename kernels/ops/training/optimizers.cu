// Steps that turn gradients into the next parameters.
#include <algorithm>

#include "../../../native/math/update.h"
#include "../../../native/spec/optimizer_spec.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// The factors of a step are found by one thread of each block: they take float64, which many devices are slow
// at. So there are no more blocks than the device takes at a time, and their threads take elements in turns.
Grid gridOf(const LaunchContext& context, int64_t count) {
  constexpr int64_t kBlocksPerMultiprocessor = 2048 / kThreads;
  return {std::min(ceilDivide(count, kThreads), kBlocksPerMultiprocessor * context.device.multiprocessors)};
}

__device__ __forceinline__ int64_t gridThreads() { return int64_t{gridDim.x} * blockDim.x; }

// What the kernels of both optimizers share.
struct UpdateArguments {
  int64_t count;
  float* p;
  const float* g;
  const float *norm, *learningRate, *apply;
  FaultReport fault;

  UpdateArguments(const LaunchContext& context, const UpdateSpec& update)
      : count(update.p.count()),
        p(update.p.f32()),
        g(update.g.f32()),
        norm(update.norm),
        learningRate(update.learningRate),
        apply(update.apply),
        fault(context.fault) {}
};

__global__ void updateSgdElements(UpdateArguments update, float* velocity, SgdParameters parameters) {
  __shared__ SgdStep step;
  __shared__ bool applies;
  if (threadIdx.x == 0) {
    applies = updates(*update.apply, *update.norm) && !update.fault.raised();
    if (applies) step = sgdStep(parameters, *update.norm, *update.learningRate);
  }
  __syncthreads();
  if (!applies) return;
  for (int64_t i = globalThread(); i < update.count; i += gridThreads()) {
    float p = update.p[i];
    float v = velocity[i];
    updateSgd(p, update.g[i], v, step);
    velocity[i] = v;
    update.p[i] = p;
  }
}

class SgdUpdate : public Op {
 public:
  explicit SgdUpdate(const SgdSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2; }

  void launch(const LaunchContext& context) override {
    const UpdateArguments update(context, spec_.update);
    cuda::launch(context.stream, updateSgdElements, gridOf(context, update.count), kThreads, 0, update,
                 spec_.velocity.f32(), spec_.parameters);
  }

 private:
  SgdSpec spec_;
};

__global__ void updateAdamElements(UpdateArguments update, float* mean, float* square, const float* number,
                                   AdamParameters parameters) {
  __shared__ AdamStep step;
  __shared__ bool applies;
  if (threadIdx.x == 0) {
    applies = updates(*update.apply, *update.norm) && !update.fault.raised();
    if (applies && !(*number >= 1.0f)) {
      update.fault.raise(0, *number);
      applies = false;
    }
    if (applies) step = adamStep(parameters, *update.norm, *update.learningRate, *number);
  }
  __syncthreads();
  if (!applies) return;
  for (int64_t i = globalThread(); i < update.count; i += gridThreads()) {
    float p = update.p[i];
    float m = mean[i];
    float s = square[i];
    updateAdam(p, update.g[i], m, s, step);
    mean[i] = m;
    square[i] = s;
    update.p[i] = p;
  }
}

class AdamUpdate : public Op {
 public:
  explicit AdamUpdate(const AdamSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2 || input == 3; }
  std::string faultText(const Fault&) const override { return kAdamStepError; }

  void launch(const LaunchContext& context) override {
    const UpdateArguments update(context, spec_.update);
    cuda::launch(context.stream, updateAdamElements, gridOf(context, update.count), kThreads, 0, update,
                 spec_.mean.f32(), spec_.square.f32(), spec_.step, spec_.parameters);
  }

 private:
  AdamSpec spec_;
};

struct Averaged {
  float average, p;
};

__global__ void averageElements(int64_t count, float* average, const float* p, const float* apply,
                                float fresh, FaultReport fault) {
  if (*apply == 0.0f || fault.raised()) return;
  eachElement(
      count,
      [&](int64_t i) {
        return Averaged{average[i], p[i]};
      },
      [&](int64_t i, const Averaged& at) { average[i] = averaged(at.average, at.p, fresh); });
}

class EmaUpdate : public Op {
 public:
  explicit EmaUpdate(const EmaSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.p.count(), averageElements, spec_.average.f32(), spec_.p.f32(),
                   spec_.apply, spec_.fresh, context.fault);
  }

 private:
  EmaSpec spec_;
};

}  // namespace

OpPointer makeSgdUpdate(OpSpec& spec) { return std::make_unique<SgdUpdate>(readSgdUpdate(spec)); }
OpPointer makeAdamUpdate(OpSpec& spec) { return std::make_unique<AdamUpdate>(readAdamUpdate(spec)); }
OpPointer makeEmaUpdate(OpSpec& spec) { return std::make_unique<EmaUpdate>(readEmaUpdate(spec)); }

}  // namespace approxtorch::cuda
