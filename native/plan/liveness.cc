#include "liveness.h"

namespace approxtorch {
namespace {

bool overlap(const Tensor& a, const Tensor& b) {
  if (a.isConstant() || b.isConstant()) return false;
  return a.arenaOffset < b.arenaOffset + b.bytes() && b.arenaOffset < a.arenaOffset + a.bytes();
}

bool samePlace(const Tensor& a, const Tensor& b) {
  return a.arenaOffset == b.arenaOffset && a.bytes() == b.bytes();
}

}  // namespace

void Liveness::write(const Tensor& tensor, const std::string& where) {
  if (tensor.isConstant()) throw PlanError(where + ": writes the constant '" + tensor.name + "'");
  const int64_t end = tensor.arenaOffset + tensor.bytes();
  auto it = values_.lower_bound(tensor.arenaOffset);
  if (it != values_.begin()) {
    const auto before = std::prev(it);
    if (before->first + before->second.bytes > tensor.arenaOffset) it = before;
  }
  while (it != values_.end() && it->first < end) it = values_.erase(it);
  values_[tensor.arenaOffset] = {tensor.bytes(), &tensor};
  written_.insert(&tensor);
}

void Liveness::read(const Tensor& tensor, const std::string& where) const {
  if (tensor.isConstant()) return;
  const auto found = values_.find(tensor.arenaOffset);
  const bool valid = found != values_.end() && found->second.bytes == tensor.bytes() &&
                     found->second.owner->type == tensor.type &&
                     (found->second.owner == &tensor || written_.count(&tensor) == 0);
  if (!valid)
    throw PlanError(where + ": '" + tensor.name + "' is read, but its place holds another value or none");
}

void Liveness::step(const PlannedOp& op, const std::vector<Tensor*>& inputs,
                    const std::vector<Tensor*>& outputs, const std::string& where) {
  for (const Tensor* input : inputs) {
    if (input != nullptr) read(*input, where);
  }
  for (size_t o = 0; o < outputs.size(); ++o) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == nullptr || !overlap(*inputs[i], *outputs[o])) continue;
      if (samePlace(*inputs[i], *outputs[o]) && op.mayOverwrite(i)) continue;
      throw PlanError(where + ": the output '" + outputs[o]->name + "' overlaps the input '" +
                      inputs[i]->name + "'");
    }
    for (size_t other = 0; other < o; ++other) {
      if (overlap(*outputs[other], *outputs[o])) throw PlanError(where + ": two outputs overlap");
    }
    write(*outputs[o], where);
  }
}

}  // namespace approxtorch
