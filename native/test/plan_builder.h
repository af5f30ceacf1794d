// Plans for tests.
#pragma once

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "../plan/plan.h"

namespace approxtorch::test {

using Attributes = std::map<std::string, Attribute>;

// A plan of one op over f32 tensors of the given shapes, all in the arena, the outputs last.
inline PlanDescription oneOp(const std::string& type, const std::vector<std::vector<double>>& inputs,
                             const std::vector<std::vector<double>>& outputs, Attributes attributes) {
  PlanDescription plan;
  const auto place = [&](const std::vector<double>& shape) {
    TensorDescription tensor;
    tensor.shape = shape;
    tensor.name = "t" + std::to_string(plan.tensors.size());
    tensor.arenaOffset = plan.arenaBytes;
    double bytes = 4;
    for (const double size : shape) bytes *= size;
    plan.arenaBytes += (static_cast<int64_t>(bytes) + 127) / 64 * 64;  // and a gap
    plan.tensors.push_back(tensor);
    return static_cast<double>(plan.tensors.size() - 1);
  };
  OpDescription op;
  op.type = type;
  op.name = "op";
  op.attributes = std::move(attributes);
  for (const std::vector<double>& shape : inputs) op.inputs.push_back(place(shape));
  plan.inputs = op.inputs;
  for (const std::vector<double>& shape : outputs) op.outputs.push_back(place(shape));
  plan.outputs = op.outputs;
  plan.ops = {op};
  return plan;
}

// The same with one output.
inline PlanDescription singleOp(const std::string& type, const std::vector<std::vector<double>>& inputs,
                                const std::vector<double>& output, Attributes attributes = {}) {
  return oneOp(type, inputs, {output}, std::move(attributes));
}

inline void fillInputs(Plan& plan, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-1.0f, 1.0f);
  for (Tensor* input : plan.checked().inputs()) {
    for (int64_t i = 0; i < input->count(); ++i) input->f32()[i] = values(random);
  }
}

// What is also a label, a number of steps or a variance.
inline void fillOnes(Plan& plan) {
  for (Tensor* input : plan.checked().inputs()) std::fill_n(input->f32(), input->count(), 1.0f);
}

// While it lives, the sanitizer reports every access to the arena that is not to a tensor.
class ArenaGuard {
 public:
  ArenaGuard(const Plan& plan, const PlanDescription& description) {
    if (plan.checked().inputs().empty()) return;
    begin_ = static_cast<char*>(plan.checked().inputs()[0]->data) - plan.checked().inputs()[0]->arenaOffset;
    bytes_ = static_cast<size_t>(description.arenaBytes);
#ifdef __SANITIZE_ADDRESS__
    ASAN_POISON_MEMORY_REGION(begin_, bytes_);
    for (const TensorDescription& tensor : description.tensors) {
      if (tensor.data != nullptr) continue;
      auto bytes = static_cast<double>(elementSize(tensor.type));
      for (const double size : tensor.shape) bytes *= size;
      ASAN_UNPOISON_MEMORY_REGION(begin_ + static_cast<int64_t>(tensor.arenaOffset),
                                  static_cast<size_t>(bytes));
    }
#endif
  }
  ~ArenaGuard() {
#ifdef __SANITIZE_ADDRESS__
    ASAN_UNPOISON_MEMORY_REGION(begin_, bytes_);
#endif
  }
  ArenaGuard(const ArenaGuard&) = delete;
  ArenaGuard& operator=(const ArenaGuard&) = delete;

 private:
  char* begin_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace approxtorch::test
