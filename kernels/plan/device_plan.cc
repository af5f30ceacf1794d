#include "device_plan.h"

#include <algorithm>
#include <cstring>

#include "non_finite.h"

namespace approxtorch::cuda {
namespace {

constexpr size_t kAlignment = 256;  // of a constant

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

size_t floatsOf(const std::vector<Tensor*>& tensors) {
  size_t count = 0;
  for (const Tensor* tensor : tensors) count += static_cast<size_t>(tensor->count());
  return count;
}

// Makes the device current and returns its number.
int entered(int device) {
  check(cudaSetDevice(device), "the device");
  return device;
}

DeviceTraits traitsOf(int device) {
  DeviceTraits traits{};
  check(cudaDeviceGetAttribute(&traits.multiprocessors, cudaDevAttrMultiProcessorCount, device),
        "the device's properties");
  check(cudaDeviceGetAttribute(&traits.sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
        "the device's properties");
  return traits;
}

}  // namespace

DevicePlan::DevicePlan(int device, const PlanDescription& description, std::string kernel)
    : device_(entered(device)),
      kernel_(std::move(kernel)),
      traits_(traitsOf(device)),
      checked_(description),
      luts_(static_cast<size_t>(checked_.lutSlots())) {
  uploadConstants(description);
  checked_.placeArena(arena_.reserve(std::max<size_t>(1, static_cast<size_t>(checked_.arenaBytes()))));
  fault_.reserve(sizeof(Fault));
  nonFinite_.reserve(sizeof(int32_t));
  for (const Tensor* state : checked_.states()) {
    check(cudaMemsetAsync(state->data, 0, static_cast<size_t>(state->bytes()), compute_.get()), "the states");
  }
  checked_.makeOps(
      description,
      [&](const OpDescription& op, OpSpec& spec, const CheckedPlan::Outputs& outputs) -> const PlannedOp& {
        const auto factory = opRegistry().find(op.type);
        if (factory == opRegistry().end()) spec.fail("unknown op type");
        steps_.push_back(
            {factory->second(spec), op.type + " '" + op.name + "'", {outputs.begin(), outputs.end()}, 0.0});
        return *steps_.back().op;
      });
  const size_t inputBytes = floatsOf(checked_.inputs()) * sizeof(float);
  const size_t outputBytes = floatsOf(checked_.outputs()) * sizeof(float);
  for (Slot& slot : slots_) {
    slot.inputs = PinnedBuffer(std::max<size_t>(1, inputBytes));
    slot.outputs = PinnedBuffer(outputBytes + sizeof(Fault));
    slot.staged.reserve(std::max<size_t>(1, inputBytes));
  }
}

DevicePlan::~DevicePlan() {
  cudaSetDevice(device_);
  cudaStreamSynchronize(copies_.get());
  cudaStreamSynchronize(compute_.get());
}

void DevicePlan::uploadConstants(const PlanDescription& description) {
  size_t bytes = 0;
  for (const Tensor& tensor : checked_.tensors()) {
    if (tensor.isConstant()) bytes += aligned(static_cast<size_t>(tensor.bytes()));
  }
  if (bytes == 0) return;
  auto* to = static_cast<char*>(constants_.reserve(bytes));
  for (size_t i = 0; i < description.tensors.size(); ++i) {
    Tensor& tensor = checked_.tensors()[i];
    if (!tensor.isConstant()) continue;
    const auto size = static_cast<size_t>(tensor.bytes());
    upload(to, description.tensors[i].data, size, "a constant");
    tensor.data = to;
    to += aligned(size);
  }
}

LaunchContext DevicePlan::contextOf(size_t index) const {
  return {compute_.get(), traits_, scratch_.as<>(), {fault_.as<Fault>(), static_cast<int32_t>(index) + 1},
          &luts_,         &kernel_};
}

// Does work of an op whose kernels' errors name it.
template <class Work>
void DevicePlan::named(const Step& step, Work&& work) {
  try {
    work();
  } catch (const CudaError& error) {
    if (error.code() == cudaErrorMemoryAllocation) throw;
    throw CudaError(error.code(), "a kernel of " + step.where);
  }
}

// What depends on the tables, and the memory of all launches.
void DevicePlan::prepare() {
  if (prepared_) return;
  graph_.reset();
  timed_ = false;
  check(cudaStreamSynchronize(compute_.get()), "the runs before");
  check(cudaMemsetAsync(fault_.as<>(), 0, sizeof(Fault), compute_.get()), "the fault");
  size_t bytes = 1;
  for (size_t i = 0; i < steps_.size(); ++i) {
    named(steps_[i], [&] { steps_[i].op->prepare(contextOf(i)); });
    bytes = std::max(bytes, steps_[i].op->scratchBytes());
  }
  scratch_.reserve(bytes);
  prepared_ = true;
}

// Copies the inputs to the device, beside what it computes, and from there to where the ops read them.
void DevicePlan::stage(Slot& slot, const float* const* inputs) {
  auto* pinned = slot.inputs.as<float>();
  size_t offset = 0;
  for (size_t i = 0; i < checked_.inputs().size(); ++i) {
    const auto count = static_cast<size_t>(checked_.inputs()[i]->count());
    std::memcpy(pinned + offset, inputs[i], count * sizeof(float));
    offset += count;
  }
  check(cudaMemcpyAsync(slot.staged.as<>(), pinned, offset * sizeof(float), cudaMemcpyHostToDevice,
                        copies_.get()),
        "copying the inputs");
  slot.copied.record(copies_.get());
  check(cudaStreamWaitEvent(compute_.get(), slot.copied.get(), 0), "waiting for the inputs");
  slot.begun.record(compute_.get());
  offset = 0;
  for (const Tensor* input : checked_.inputs()) {
    check(cudaMemcpyAsync(input->data, slot.staged.as<float>() + offset, static_cast<size_t>(input->bytes()),
                          cudaMemcpyDeviceToDevice, compute_.get()),
          "placing the inputs");
    offset += static_cast<size_t>(input->count());
  }
}

void DevicePlan::launchStep(size_t index) {
  named(steps_[index], [&] { steps_[index].op->launch(contextOf(index)); });
}

void DevicePlan::launchOps() {
  check(cudaMemsetAsync(fault_.as<>(), 0, sizeof(Fault), compute_.get()), "the fault");
  for (size_t i = 0; i < steps_.size(); ++i) launchStep(i);
}

// Launches op by op, and finds how they share the time.
void DevicePlan::launchTimed() {
  check(cudaMemsetAsync(fault_.as<>(), 0, sizeof(Fault), compute_.get()), "the fault");
  std::vector<Event> events(steps_.size() + 1);
  events[0].record(compute_.get());
  for (size_t i = 0; i < steps_.size(); ++i) {
    launchStep(i);
    events[i + 1].record(compute_.get());
  }
  check(cudaStreamSynchronize(compute_.get()), "the first run");
  const double all = events.back().secondsSince(events.front());
  for (size_t i = 0; i < steps_.size(); ++i) {
    const double seconds = events[i + 1].secondsSince(events[i]);
    steps_[i].share = all > 0 ? seconds / all : 0.0;
  }
  timed_ = true;
}

int DevicePlan::submit(const float* const* inputs) {
  entered(device_);
  const int ticket = next_;
  Slot& slot = slots_[static_cast<size_t>(ticket)];
  if (slot.busy) throw PlanError("two runs of the plan are under way already");
  prepare();
  stage(slot, inputs);
  if (!timed_) {
    launchTimed();
  } else {
    if (!graph_) graph_.emplace(compute_.get(), [&] { launchOps(); });
    graph_->launch(compute_.get());
  }
  auto* pinned = slot.outputs.as<char>();
  for (const Tensor* output : checked_.outputs()) {
    const auto bytes = static_cast<size_t>(output->bytes());
    check(cudaMemcpyAsync(pinned, output->data, bytes, cudaMemcpyDeviceToHost, compute_.get()),
          "copying the results");
    pinned += bytes;
  }
  check(cudaMemcpyAsync(pinned, fault_.as<>(), sizeof(Fault), cudaMemcpyDeviceToHost, compute_.get()),
        "copying the fault");
  slot.ended.record(compute_.get());
  slot.busy = true;
  next_ = 1 - next_;
  return ticket;
}

std::vector<const float*> DevicePlan::wait(int ticket) {
  entered(device_);
  Slot& slot = slots_[static_cast<size_t>(ticket)];
  check(cudaEventSynchronize(slot.ended.get()), "a run");
  slot.busy = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    seconds_ += slot.ended.secondsSince(slot.begun);
  }
  std::vector<const float*> outputs;
  const auto* pinned = slot.outputs.as<float>();
  for (const Tensor* output : checked_.outputs()) {
    outputs.push_back(pinned);
    pinned += output->count();
  }
  Fault fault;
  std::memcpy(&fault, pinned, sizeof fault);
  throwFault(fault);
  return outputs;
}

void DevicePlan::throwFault(const Fault& fault) const {
  if (fault.op != 0) throw PlanError(steps_[static_cast<size_t>(fault.op - 1)].op->faultText(fault));
}

std::optional<int64_t> DevicePlan::findNonFinite(const float* const* inputs) {
  entered(device_);
  if (slots_[0].busy || slots_[1].busy) throw PlanError("the plan is running already");
  prepare();
  stage(slots_[0], inputs);
  check(cudaMemsetAsync(fault_.as<>(), 0, sizeof(Fault), compute_.get()), "the fault");
  for (size_t i = 0; i < steps_.size(); ++i) {
    launchStep(i);
    check(cudaMemsetAsync(nonFinite_.as<>(), 0, sizeof(int32_t), compute_.get()), "the search");
    for (const Tensor* output : steps_[i].outputs) {
      if (output->type == DataType::kF32) {
        findNonFiniteValues(output->f32(), output->count(), nonFinite_.as<int32_t>(), compute_.get());
      }
    }
    int32_t found = 0;
    Fault fault{};
    check(cudaMemcpyAsync(&found, nonFinite_.as<>(), sizeof found, cudaMemcpyDeviceToHost, compute_.get()),
          "the search");
    check(cudaMemcpyAsync(&fault, fault_.as<>(), sizeof fault, cudaMemcpyDeviceToHost, compute_.get()),
          "the search");
    check(cudaStreamSynchronize(compute_.get()), "the search");
    throwFault(fault);
    if (found != 0) return static_cast<int64_t>(i);
  }
  return std::nullopt;
}

void DevicePlan::readState(int64_t state, float* values) {
  entered(device_);
  const Tensor& tensor = *checked_.states()[static_cast<size_t>(state)];
  check(cudaMemcpyAsync(values, tensor.data, static_cast<size_t>(tensor.bytes()), cudaMemcpyDeviceToHost,
                        compute_.get()),
        "reading a state");
  check(cudaStreamSynchronize(compute_.get()), "reading a state");
}

void DevicePlan::writeState(int64_t state, const float* values) {
  entered(device_);
  const Tensor& tensor = *checked_.states()[static_cast<size_t>(state)];
  check(cudaMemcpyAsync(tensor.data, values, static_cast<size_t>(tensor.bytes()), cudaMemcpyHostToDevice,
                        compute_.get()),
        "writing a state");
  check(cudaStreamSynchronize(compute_.get()), "writing a state");
}

void DevicePlan::setLut(int64_t slot, const int32_t* table) {
  entered(device_);
  if (slot < 0 || slot >= checked_.lutSlots()) {
    throw PlanError("the plan has " + std::to_string(checked_.lutSlots()) + " LUT slots, not " +
                    std::to_string(slot));
  }
  check(cudaStreamSynchronize(compute_.get()), "the runs before");
  luts_[static_cast<size_t>(slot)].set(table);
  prepared_ = false;
}

std::vector<DevicePlan::Profile> DevicePlan::profile() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Profile> profile;
  for (const Step& step : steps_) profile.push_back({step.share * seconds_, step.op->kernel()});
  return profile;
}

}  // namespace approxtorch::cuda
