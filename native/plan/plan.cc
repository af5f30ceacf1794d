#include "plan.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace approxtorch {
namespace {

constexpr int64_t kMaxTensors = 1 << 20;
constexpr int64_t kMaxLuts = 1 << 16;
constexpr int64_t kMaxBytes = int64_t{1} << 46;  // of the arena or a tensor: keeps all sums far from overflow
constexpr int64_t kAlignment = 64;

Shape checkedShape(const TensorDescription& description, const std::string& where) {
  if (description.shape.size() > kMaxRank) throw PlanError(where + ": too many dimensions");
  Shape shape;
  int64_t count = 1;
  for (const double dimension : description.shape) {
    shape.push_back(checkedInteger(dimension, 1, INT32_MAX, where + ": a dimension"));
    // Both factors are below 2^46 and 2^31; the limit leaves room for the element size.
    if (count > kMaxBytes / 8 / shape.back()) throw PlanError(where + ": too many elements");
    count *= shape.back();
  }
  return shape;
}

bool overlap(const Tensor& a, const Tensor& b) {
  return a.arenaOffset < b.arenaOffset + b.bytes() && b.arenaOffset < a.arenaOffset + a.bytes();
}

bool finite(const Tensor& tensor) {
  if (tensor.type != DataType::kF32) return true;
  return std::all_of(tensor.f32(), tensor.f32() + tensor.count(), [](float x) { return std::isfinite(x); });
}

}  // namespace

Plan::Plan(const PlanDescription& description) {
  const int64_t arenaBytes = checkedInteger(description.arenaBytes, 0, kMaxBytes, "arenaBytes");
  luts_.resize(static_cast<size_t>(checkedInteger(description.luts, 0, kMaxLuts, "luts")));
  if (description.tensors.size() > kMaxTensors) throw PlanError("too many tensors");
  tensors_.reserve(description.tensors.size());
  int64_t needed = 0;
  for (const TensorDescription& tensor : description.tensors) {
    addTensor(tensor, arenaBytes);
    if (!tensors_.back().isConstant()) {
      needed = std::max(needed, tensors_.back().arenaOffset + tensors_.back().bytes());
    }
  }
  // Whether an absurd size is refused must not depend on how much memory there is.
  constexpr int64_t kSlack = 4096;
  if (arenaBytes - needed > kSlack) throw PlanError("arenaBytes is larger than the plan's tensors need");
  arena_.reserve(static_cast<size_t>(arenaBytes));
  for (Tensor& tensor : tensors_) {
    if (!tensor.isConstant()) tensor.data = static_cast<char*>(arena_.data()) + tensor.arenaOffset;
  }

  Liveness liveness;
  for (const double id : description.inputs) {
    inputs_.push_back(tensor(id, "an input of the plan"));
    if (inputs_.back()->type != DataType::kF32) throw PlanError("an input of the plan is not f32");
    for (size_t i = 0; i + 1 < inputs_.size(); ++i) {
      if (overlap(*inputs_[i], *inputs_.back())) throw PlanError("two inputs of the plan overlap");
    }
    liveness.write(*inputs_.back(), "the plan's inputs");
  }
  addStates(description, liveness);
  for (const OpDescription& op : description.ops) addOp(op, liveness);
  for (const double id : description.outputs) {
    outputs_.push_back(tensor(id, "an output of the plan"));
    if (outputs_.back()->type != DataType::kF32) throw PlanError("an output of the plan is not f32");
    liveness.read(*outputs_.back(), "the plan's outputs");
  }
  for (const Tensor* state : states_) liveness.read(*state, "the plan's states");
}

void Plan::addStates(const PlanDescription& description, Liveness& liveness) {
  for (const double id : description.states) {
    Tensor* state = tensor(id, "a state of the plan");
    if (state->type != DataType::kF32) throw PlanError("a state of the plan is not f32");
    if (state->isConstant()) throw PlanError("a state of the plan is constant");
    for (const std::vector<Tensor*>* others : {&inputs_, &states_}) {
      for (const Tensor* other : *others) {
        if (overlap(*other, *state))
          throw PlanError("a state of the plan overlaps an input or another state");
      }
    }
    states_.push_back(state);
    std::memset(state->data, 0, static_cast<size_t>(state->bytes()));
    liveness.write(*state, "the plan's states");
  }
}

void Plan::addTensor(const TensorDescription& description, int64_t arenaBytes) {
  const std::string where = "tensor '" + description.name + "'";
  Tensor tensor{description.type, checkedShape(description, where), description.name, Tensor::kConstant,
                nullptr};
  if (description.data != nullptr) {
    if (description.dataCount != tensor.count()) {
      throw PlanError(where + ": its shape " + shapeText(tensor.shape) + " does not fit its " +
                      std::to_string(description.dataCount) + " values");
    }
    tensor.data = const_cast<void*>(description.data);
  } else {
    tensor.arenaOffset = checkedInteger(description.arenaOffset, 0, kMaxBytes, where + ": its arena offset");
    if (tensor.arenaOffset % kAlignment != 0)
      throw PlanError(where + ": its arena offset is not a multiple of 64");
    if (tensor.arenaOffset > arenaBytes - tensor.bytes())
      throw PlanError(where + ": reaches beyond the arena");
  }
  tensors_.push_back(std::move(tensor));
}

void Plan::addOp(const OpDescription& description, Liveness& liveness) {
  const std::string where = description.type + " '" + description.name + "'";
  const auto factory = opRegistry().find(description.type);
  if (factory == opRegistry().end()) throw PlanError(where + ": unknown op type");
  std::vector<Tensor*> inputs, outputs;
  for (const double id : description.inputs) inputs.push_back(id == -1 ? nullptr : tensor(id, where));
  for (const double id : description.outputs) outputs.push_back(tensor(id, where));
  OpSpec spec(description, inputs, outputs, lutSlots());
  std::unique_ptr<Op> op = factory->second(spec);
  spec.attributes.expectAllRead();
  liveness.step(*op, inputs, outputs, where);
  steps_.push_back(
      {std::move(op), description.name, description.type, 0.0, {outputs.begin(), outputs.end()}});
}

Tensor* Plan::tensor(double id, const std::string& what) {
  if (tensors_.empty()) throw PlanError("the plan has no tensors");
  const int64_t last = static_cast<int64_t>(tensors_.size()) - 1;
  return &tensors_[static_cast<size_t>(checkedInteger(id, 0, last, what + ": a tensor id"))];
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

void Plan::run() {
  runUntil([](const Step&) { return false; });
}

std::optional<OpName> Plan::findNonFinite() {
  const Step* found = runUntil([](const Step& step) {
    return !std::all_of(step.outputs.begin(), step.outputs.end(),
                        [](const Tensor* output) { return finite(*output); });
  });
  if (found == nullptr) return std::nullopt;
  return OpName{found->name, found->type};
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
