#include "op_spec.h"

namespace approxtorch {

OpSpec::OpSpec(const OpDescription& description, std::vector<Tensor*> inputs, std::vector<Tensor*> outputs,
               int64_t luts)
    : attributes(description.type + " '" + description.name + "'", description.attributes),
      where_(description.type + " '" + description.name + "'"),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      luts_(luts) {}

void OpSpec::expectCounts(size_t least, size_t most, size_t outputs) const {
  if (inputs_.size() < least || inputs_.size() > most) {
    fail("takes " + std::to_string(least) + (most == least ? "" : " to " + std::to_string(most)) +
         " inputs, has " + std::to_string(inputs_.size()));
  }
  if (outputs_.size() != outputs) {
    fail("gives " + std::to_string(outputs) + " outputs, has " + std::to_string(outputs_.size()));
  }
}

const Tensor* OpSpec::optionalInput(size_t index, DataType type) const {
  if (index >= inputs_.size() || inputs_[index] == nullptr) return nullptr;
  if (inputs_[index]->type != type) {
    fail("input " + std::to_string(index) + " must be " + dataTypeName(type) + ", is " +
         dataTypeName(inputs_[index]->type));
  }
  return inputs_[index];
}

const Tensor& OpSpec::input(size_t index, DataType type) const {
  const Tensor* tensor = optionalInput(index, type);
  if (tensor == nullptr) fail("input " + std::to_string(index) + " is missing");
  return *tensor;
}

Tensor& OpSpec::output(size_t index, DataType type) const {
  if (index >= outputs_.size()) fail("output " + std::to_string(index) + " is missing");
  if (outputs_[index]->type != type) {
    fail("output " + std::to_string(index) + " must be " + dataTypeName(type) + ", is " +
         dataTypeName(outputs_[index]->type));
  }
  return *outputs_[index];
}

void OpSpec::expectShape(const Tensor& tensor, const Shape& shape) const {
  if (tensor.shape == shape) return;
  fail("'" + tensor.name + "' must have the shape " + shapeText(shape) + ", has " + shapeText(tensor.shape));
}

void OpSpec::expectRank(const Tensor& tensor, size_t least, size_t most) const {
  if (tensor.shape.size() >= least && tensor.shape.size() <= most) return;
  fail("'" + tensor.name + "' has the shape " + shapeText(tensor.shape) + " of an unsupported rank");
}

int64_t OpSpec::lutSlot(const std::string& name) {
  if (luts_ == 0) fail("the plan has no LUT slots");
  return attributes.integer(name, 0, luts_ - 1);
}

void OpSpec::fail(const std::string& what) const { throw PlanError(where_ + ": " + what); }

}  // namespace approxtorch
