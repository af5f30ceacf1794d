#include "entry.h"

#include <string>

#include "../failure.h"
#include "device_plan.h"

struct ApproxtorchCudaPlan {
  approxtorch::cuda::DevicePlan plan;
};

namespace approxtorch::cuda {
namespace {

// No exception leaves the library.
template <class Work>
int32_t guarded(char* error, size_t errorSize, Work&& work) {
  try {
    work();
    return APPROXTORCH_CUDA_OK;
  } catch (const CudaError& failure) {
    failed(failure.what(), error, errorSize);
    return failure.code() == cudaErrorMemoryAllocation ? APPROXTORCH_CUDA_OUT_OF_MEMORY
                                                       : APPROXTORCH_CUDA_FAILED;
  } catch (const PlanError& refused) {
    failed(refused.what(), error, errorSize);
    return APPROXTORCH_CUDA_REFUSED;
  } catch (const std::bad_alloc&) {
    failed("not enough memory of the host", error, errorSize);
    return APPROXTORCH_CUDA_OUT_OF_MEMORY;
  } catch (const std::exception& other) {
    return failed(other.what(), error, errorSize);
  } catch (...) {
    return failed("unknown error", error, errorSize);
  }
}

std::vector<double> numbers(const double* from, size_t count) { return {from, from + count}; }

DataType typeOf(int32_t type) {
  constexpr DataType kTypes[] = {DataType::kF32, DataType::kU8, DataType::kI32};
  if (type < 0 || type > 2) throw PlanError("a tensor's type is unknown");
  return kTypes[type];
}

Attribute attributeOf(const ApproxtorchCudaAttribute& attribute) {
  if (attribute.text != nullptr) return std::string(attribute.text);
  if (attribute.numbers != nullptr) return numbers(attribute.numbers, attribute.numberCount);
  return attribute.number;
}

PlanDescription descriptionOf(const ApproxtorchCudaPlanDescription& given) {
  PlanDescription plan;
  for (size_t i = 0; i < given.tensorCount; ++i) {
    const ApproxtorchCudaTensor& tensor = given.tensors[i];
    plan.tensors.push_back({typeOf(tensor.type), numbers(tensor.shape, tensor.rank), tensor.name,
                            tensor.arenaOffset, tensor.data, tensor.dataCount});
  }
  for (size_t i = 0; i < given.opCount; ++i) {
    const ApproxtorchCudaOp& op = given.ops[i];
    plan.ops.push_back(
        {op.type, op.name, numbers(op.inputs, op.inputCount), numbers(op.outputs, op.outputCount), {}});
    for (size_t a = 0; a < op.attributeCount; ++a) {
      plan.ops.back().attributes[op.attributes[a].name] = attributeOf(op.attributes[a]);
    }
  }
  plan.arenaBytes = given.arenaBytes;
  plan.luts = given.luts;
  plan.inputs = numbers(given.inputs, given.inputCount);
  plan.outputs = numbers(given.outputs, given.outputCount);
  plan.states = numbers(given.states, given.stateCount);
  return plan;
}

}  // namespace

const char* opTypesText() {
  static const std::string text = [] {
    std::string types;
    for (const auto& [type, factory] : opRegistry()) types += (types.empty() ? "" : " ") + type;
    return types;
  }();
  return text.c_str();
}

int32_t createPlan(int32_t device, const ApproxtorchCudaPlanDescription* description,
                   ApproxtorchCudaPlan** plan, char* error, size_t errorSize) {
  return guarded(error, errorSize, [&] {
    const char* kernel = description->kernel == nullptr ? "" : description->kernel;
    *plan = new ApproxtorchCudaPlan{{device, descriptionOf(*description), kernel}};
  });
}

void destroyPlan(ApproxtorchCudaPlan* plan) { delete plan; }

int32_t submit(ApproxtorchCudaPlan* plan, const float* const* inputs, int32_t* ticket, char* error,
               size_t errorSize) {
  return guarded(error, errorSize, [&] { *ticket = plan->plan.submit(inputs); });
}

int32_t wait(ApproxtorchCudaPlan* plan, int32_t ticket, const float** outputs, char* error,
             size_t errorSize) {
  return guarded(error, errorSize, [&] {
    for (const float* output : plan->plan.wait(ticket)) *outputs++ = output;
  });
}

int32_t findNonFinite(ApproxtorchCudaPlan* plan, const float* const* inputs, int64_t* op, char* error,
                      size_t errorSize) {
  return guarded(error, errorSize, [&] { *op = plan->plan.findNonFinite(inputs).value_or(-1); });
}

int32_t readState(ApproxtorchCudaPlan* plan, int64_t state, float* values, char* error, size_t errorSize) {
  return guarded(error, errorSize, [&] { plan->plan.readState(state, values); });
}

int32_t writeState(ApproxtorchCudaPlan* plan, int64_t state, const float* values, char* error,
                   size_t errorSize) {
  return guarded(error, errorSize, [&] { plan->plan.writeState(state, values); });
}

int32_t setLut(ApproxtorchCudaPlan* plan, int64_t slot, const int32_t* table, char* error, size_t errorSize) {
  return guarded(error, errorSize, [&] { plan->plan.setLut(slot, table); });
}

int32_t profile(ApproxtorchCudaPlan* plan, ApproxtorchCudaOpProfile* ops, char* error, size_t errorSize) {
  return guarded(error, errorSize, [&] {
    for (const auto& op : plan->plan.profile()) *ops++ = {op.seconds, op.kernel};
  });
}

}  // namespace approxtorch::cuda
