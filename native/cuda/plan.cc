#include "plan.h"

#include <algorithm>

#include "error_text.h"

namespace approxtorch {
namespace {

void check(int32_t outcome, const ErrorText& error) {
  switch (outcome) {
    case APPROXTORCH_CUDA_OK:
      return;
    case APPROXTORCH_CUDA_OUT_OF_MEMORY:
      throw OutOfMemory(error.line());
    case APPROXTORCH_CUDA_REFUSED:
      throw PlanError(error.line());
    default:
      throw DeviceFailure("CUDA fails: " + error.line());
  }
}

// The description in C, pointing into the given one, which has to outlive it.
class CDescription {
 public:
  CDescription(const PlanDescription& plan, const std::string& kernel) {
    for (const TensorDescription& tensor : plan.tensors) {
      tensors_.push_back({static_cast<int32_t>(tensor.type), tensor.name.c_str(), tensor.shape.data(),
                          tensor.shape.size(), tensor.arenaOffset, tensor.data, tensor.dataCount});
    }
    attributes_.resize(plan.ops.size());
    for (size_t i = 0; i < plan.ops.size(); ++i) {
      const OpDescription& op = plan.ops[i];
      for (const auto& [name, value] : op.attributes) attributes_[i].push_back(attributeOf(name, value));
      ops_.push_back({op.type.c_str(), op.name.c_str(), op.inputs.data(), op.outputs.data(), op.inputs.size(),
                      op.outputs.size(), attributes_[i].data(), attributes_[i].size()});
    }
    description_ = {tensors_.data(),
                    tensors_.size(),
                    ops_.data(),
                    ops_.size(),
                    plan.arenaBytes,
                    plan.luts,
                    plan.inputs.data(),
                    plan.outputs.data(),
                    plan.states.data(),
                    plan.inputs.size(),
                    plan.outputs.size(),
                    plan.states.size(),
                    kernel.empty() ? nullptr : kernel.c_str()};
  }

  const ApproxtorchCudaPlanDescription* get() const { return &description_; }

 private:
  static ApproxtorchCudaAttribute attributeOf(const std::string& name, const Attribute& value) {
    static constexpr double kNone = 0.0;
    ApproxtorchCudaAttribute attribute{name.c_str(), nullptr, nullptr, 0, 0.0};
    if (const auto* text = std::get_if<std::string>(&value)) {
      attribute.text = text->c_str();
    } else if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
      attribute.numbers = numbers->empty() ? &kNone : numbers->data();
      attribute.numberCount = numbers->size();
    } else {
      attribute.number = std::get<double>(value);
    }
    return attribute;
  }

  std::vector<ApproxtorchCudaTensor> tensors_;
  std::vector<std::vector<ApproxtorchCudaAttribute>> attributes_;
  std::vector<ApproxtorchCudaOp> ops_;
  ApproxtorchCudaPlanDescription description_{};
};

// Of tensors that the library has found sound.
std::vector<PlanValue> valuesOf(const PlanDescription& plan, const std::vector<double>& ids) {
  std::vector<PlanValue> values;
  for (const double id : ids) {
    const TensorDescription& tensor = plan.tensors[static_cast<size_t>(id)];
    int64_t count = 1;
    for (const double dimension : tensor.shape) count *= static_cast<int64_t>(dimension);
    values.push_back({tensor.name, count});
  }
  return values;
}

}  // namespace

CudaPlan::CudaPlan(const std::string& library, int32_t device, const PlanDescription& description,
                   const std::string& kernel)
    : library_(library), lutSlots_(0) {
  const CDescription given(description, kernel);
  ErrorText error;
  check(library_->createPlan(device, given.get(), &plan_, error.data, sizeof error.data), error);
  inputs_ = valuesOf(description, description.inputs);
  outputs_ = valuesOf(description, description.outputs);
  states_ = valuesOf(description, description.states);
  for (const OpDescription& op : description.ops) ops_.push_back({op.name, op.type});
  lutSlots_ = static_cast<int64_t>(description.luts);
}

CudaPlan::~CudaPlan() { library_->destroyPlan(plan_); }

int CudaPlan::begin(const std::vector<const float*>& inputs) {
  ErrorText error;
  int32_t ticket = 0;
  check(library_->submit(plan_, inputs.data(), &ticket, error.data, sizeof error.data), error);
  return ticket;
}

void CudaPlan::complete(int ticket) {
  ErrorText error;
  std::vector<const float*>& results = results_[static_cast<size_t>(ticket)];
  results.resize(outputs_.size());
  check(library_->wait(plan_, ticket, results.data(), error.data, sizeof error.data), error);
  if (cancelled_) throw Cancelled();
}

void CudaPlan::fetch(int ticket, const std::vector<float*>& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    std::copy_n(results_[static_cast<size_t>(ticket)][i], outputs_[i].count, outputs[i]);
  }
}

std::optional<OpName> CudaPlan::findNonFinite(const std::vector<const float*>& inputs) {
  ErrorText error;
  int64_t op = -1;
  check(library_->findNonFinite(plan_, inputs.data(), &op, error.data, sizeof error.data), error);
  if (op < 0) return std::nullopt;
  return ops_[static_cast<size_t>(op)];
}

void CudaPlan::readState(int64_t state, float* values) const {
  ErrorText error;
  check(library_->readState(plan_, state, values, error.data, sizeof error.data), error);
}

void CudaPlan::writeState(int64_t state, const float* values) {
  ErrorText error;
  check(library_->writeState(plan_, state, values, error.data, sizeof error.data), error);
}

void CudaPlan::setLut(int64_t slot, std::shared_ptr<const Lut> lut) {
  ErrorText error;
  check(library_->setLut(plan_, slot, lut->row(0), error.data, sizeof error.data), error);
}

std::vector<OpProfile> CudaPlan::profile() const {
  ErrorText error;
  std::vector<ApproxtorchCudaOpProfile> ops(ops_.size());
  check(library_->profile(plan_, ops.data(), error.data, sizeof error.data), error);
  std::vector<OpProfile> profile;
  for (size_t i = 0; i < ops.size(); ++i) {
    profile.push_back({ops_[i].name, ops_[i].type, ops[i].seconds, ops[i].kernel});
  }
  return profile;
}

}  // namespace approxtorch
