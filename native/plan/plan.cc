#include "plan.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace approxtorch {
namespace {

bool finite(const Tensor& tensor) {
  if (tensor.type != DataType::kF32) return true;
  return std::all_of(tensor.f32(), tensor.f32() + tensor.count(), [](float x) { return std::isfinite(x); });
}

std::vector<PlanValue> valuesOf(const std::vector<Tensor*>& tensors) {
  std::vector<PlanValue> values;
  for (const Tensor* tensor : tensors) values.push_back({tensor->name, tensor->count()});
  return values;
}

void copyFrom(const Tensor& tensor, float* to) { std::copy_n(tensor.f32(), tensor.count(), to); }
void copyInto(Tensor& tensor, const float* from) { std::copy_n(from, tensor.count(), tensor.f32()); }

}  // namespace

Plan::Plan(const PlanDescription& description) : checked_(description) {
  luts_.resize(static_cast<size_t>(checked_.lutSlots()));
  arena_.reserve(static_cast<size_t>(checked_.arenaBytes()));
  checked_.placeArena(arena_.data());
  for (const Tensor* state : checked_.states())
    std::memset(state->data, 0, static_cast<size_t>(state->bytes()));
  checked_.makeOps(
      description,
      [&](const OpDescription& op, OpSpec& spec, const CheckedPlan::Outputs& outputs) -> const PlannedOp& {
        const auto factory = opRegistry().find(op.type);
        if (factory == opRegistry().end()) spec.fail("unknown op type");
        steps_.push_back({factory->second(spec), op.name, op.type, 0.0, {outputs.begin(), outputs.end()}});
        return *steps_.back().op;
      });
  inputs_ = valuesOf(checked_.inputs());
  outputs_ = valuesOf(checked_.outputs());
  states_ = valuesOf(checked_.states());
}

template <class Done>
const Plan::Step* Plan::runUntil(Done&& done) {
  using Clock = std::chrono::steady_clock;
  const std::shared_ptr<ThreadPool> pool = currentPool();
  scratch_.setThreads(pool->size());
  std::vector<std::shared_ptr<const Lut>> luts;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    luts = luts_;
  }
  RunContext context(*pool, scratch_, luts);
  for (Step& step : steps_) {
    if (cancelled_) throw Cancelled();
    const Clock::time_point start = Clock::now();
    step.op->run(context);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      step.seconds += seconds;
    }
    if (done(step)) return &step;
  }
  return nullptr;
}

int Plan::begin(const std::vector<const float*>& inputs) {
  for (size_t i = 0; i < inputs.size(); ++i) copyInto(*checked_.inputs()[i], inputs[i]);
  return 0;
}

void Plan::run() {
  runUntil([](const Step&) { return false; });
}

void Plan::fetch(int /*ticket*/, const std::vector<float*>& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) copyFrom(*checked_.outputs()[i], outputs[i]);
}

std::optional<OpName> Plan::findNonFinite(const std::vector<const float*>& inputs) {
  begin(inputs);
  const Step* found = runUntil([](const Step& step) {
    return !std::all_of(step.outputs.begin(), step.outputs.end(),
                        [](const Tensor* output) { return finite(*output); });
  });
  if (found == nullptr) return std::nullopt;
  return OpName{found->name, found->type};
}

void Plan::readState(int64_t state, float* values) const {
  copyFrom(*checked_.states()[static_cast<size_t>(state)], values);
}

void Plan::writeState(int64_t state, const float* values) {
  copyInto(*checked_.states()[static_cast<size_t>(state)], values);
}

void Plan::setLut(int64_t slot, std::shared_ptr<const Lut> lut) {
  if (slot < 0 || slot >= lutSlots()) {
    throw PlanError("the plan has " + std::to_string(lutSlots()) + " LUT slots, not " + std::to_string(slot));
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  luts_[static_cast<size_t>(slot)] = std::move(lut);
}

std::vector<OpProfile> Plan::profile() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<OpProfile> result;
  for (const Step& step : steps_) result.push_back({step.name, step.type, step.seconds, step.op->kernel()});
  return result;
}

}  // namespace approxtorch
