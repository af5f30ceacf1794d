// What an op is made from; the same for every engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attributes.h"
#include "tensor.h"

namespace approxtorch {

// What a plan knows of the ops of any engine.
class PlannedOp {
 public:
  virtual ~PlannedOp() = default;
  // Whether the output may take the very place (offset and size) of this input.
  virtual bool mayOverwrite(size_t /*input*/) const { return false; }
  // Name of the kernel that the last run used, where the op has several; else empty.
  virtual const char* kernel() const { return ""; }
};

// What a factory is given. Its checks throw PlanError naming the op.
class OpSpec {
 public:
  // Tensor pointers outlive the op; a null input is an omitted one.
  OpSpec(const OpDescription& description, std::vector<Tensor*> inputs, std::vector<Tensor*> outputs,
         int64_t luts);

  Attributes attributes;

  size_t inputCount() const { return inputs_.size(); }
  size_t outputCount() const { return outputs_.size(); }
  // The op takes from `least` to `most` inputs, and gives `outputs` outputs.
  void expectCounts(size_t least, size_t most, size_t outputs) const;
  // Throw where the tensor is absent or of another type.
  const Tensor& input(size_t index, DataType type = DataType::kF32) const;
  Tensor& output(size_t index, DataType type = DataType::kF32) const;
  // Null where it is omitted.
  const Tensor* optionalInput(size_t index, DataType type = DataType::kF32) const;
  // Throws where the tensor has another shape.
  void expectShape(const Tensor& tensor, const Shape& shape) const;
  void expectRank(const Tensor& tensor, size_t least, size_t most) const;
  // The attribute `name` as a LUT slot of the plan.
  int64_t lutSlot(const std::string& name);
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::string where_;
  std::vector<Tensor*> inputs_, outputs_;
  int64_t luts_;
};

}  // namespace approxtorch
