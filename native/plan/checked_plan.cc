#include "checked_plan.h"

#include <algorithm>

#include "liveness.h"

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

}  // namespace

CheckedPlan::CheckedPlan(const PlanDescription& description)
    : arenaBytes_(checkedInteger(description.arenaBytes, 0, kMaxBytes, "arenaBytes")),
      lutSlots_(checkedInteger(description.luts, 0, kMaxLuts, "luts")) {
  if (description.tensors.size() > kMaxTensors) throw PlanError("too many tensors");
  tensors_.reserve(description.tensors.size());
  int64_t needed = 0;
  for (const TensorDescription& tensor : description.tensors) {
    addTensor(tensor);
    if (!tensors_.back().isConstant()) {
      needed = std::max(needed, tensors_.back().arenaOffset + tensors_.back().bytes());
    }
  }
  // Whether an absurd size is refused must not depend on how much memory there is.
  constexpr int64_t kSlack = 4096;
  if (arenaBytes_ - needed > kSlack) throw PlanError("arenaBytes is larger than the plan's tensors need");
  for (const double id : description.inputs) {
    inputs_.push_back(tensor(id, "an input of the plan"));
    if (inputs_.back()->type != DataType::kF32) throw PlanError("an input of the plan is not f32");
    for (size_t i = 0; i + 1 < inputs_.size(); ++i) {
      if (overlap(*inputs_[i], *inputs_.back())) throw PlanError("two inputs of the plan overlap");
    }
  }
  addStates(description);
}

void CheckedPlan::addTensor(const TensorDescription& description) {
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
    if (tensor.arenaOffset > arenaBytes_ - tensor.bytes())
      throw PlanError(where + ": reaches beyond the arena");
  }
  tensors_.push_back(std::move(tensor));
}

void CheckedPlan::addStates(const PlanDescription& description) {
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
  }
}

Tensor* CheckedPlan::tensor(double id, const std::string& what) {
  if (tensors_.empty()) throw PlanError("the plan has no tensors");
  const int64_t last = static_cast<int64_t>(tensors_.size()) - 1;
  return &tensors_[static_cast<size_t>(checkedInteger(id, 0, last, what + ": a tensor id"))];
}

void CheckedPlan::placeArena(void* arena) {
  for (Tensor& tensor : tensors_) {
    if (!tensor.isConstant()) tensor.data = static_cast<char*>(arena) + tensor.arenaOffset;
  }
}

void CheckedPlan::makeOps(const PlanDescription& description, const MakeOp& make) {
  Liveness liveness;
  for (const Tensor* input : inputs_) liveness.write(*input, "the plan's inputs");
  for (const Tensor* state : states_) liveness.write(*state, "the plan's states");
  for (const OpDescription& op : description.ops) {
    const std::string where = op.type + " '" + op.name + "'";
    std::vector<Tensor*> inputs, outputs;
    for (const double id : op.inputs) inputs.push_back(id == -1 ? nullptr : tensor(id, where));
    for (const double id : op.outputs) outputs.push_back(tensor(id, where));
    OpSpec spec(op, inputs, outputs, lutSlots_);
    const PlannedOp& made = make(op, spec, outputs);
    spec.attributes.expectAllRead();
    liveness.step(made, inputs, outputs, where);
  }
  for (const double id : description.outputs) {
    outputs_.push_back(tensor(id, "an output of the plan"));
    if (outputs_.back()->type != DataType::kF32) throw PlanError("an output of the plan is not f32");
    liveness.read(*outputs_.back(), "the plan's outputs");
  }
  for (const Tensor* state : states_) liveness.read(*state, "the plan's states");
}

}  // namespace approxtorch
