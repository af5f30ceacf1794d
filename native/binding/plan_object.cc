#include "plan_object.h"

#include "../cuda/plan.h"
#include "../plan/plan.h"
#include "convert.h"
#include "cuda.h"
#include "lut_object.h"

namespace approxtorch {

namespace {

// `code` of an error of the engine; null: it has none.
const char* codeOf(const std::exception& error) {
  const bool full = dynamic_cast<const OutOfMemory*>(&error) != nullptr ||
                    dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
  if (full) return "OUT_OF_MEMORY";
  return dynamic_cast<const DeviceFailure*>(&error) != nullptr ? "DEVICE_FAILED" : nullptr;
}

const char* textOf(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? "not enough memory" : error.what();
}

Napi::Error errorOf(Napi::Env env, const std::exception& error) {
  Napi::Error thrown = Napi::Error::New(env, textOf(error));
  if (const char* code = codeOf(error)) thrown.Set("code", code);
  return thrown;
}

// Does work with a plan. An exception of the engine becomes an error of JavaScript.
template <class Work>
auto translated(Napi::Env env, Work&& work) {
  try {
    return work();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw errorOf(env, error);
  }
}

}  // namespace

// Work with a plan on a thread of libuv.
class PlanWorker : public Napi::AsyncWorker {
 public:
  PlanWorker(Napi::Env env, PlanObject* object)
      : AsyncWorker(env, "approxtorch.plan"),
        object_(object),
        plan_(object->plan_),
        alive_(Napi::Persistent(object->Value())),
        deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  virtual void work(EnginePlan& plan) = 0;
  virtual Napi::Value result(EnginePlan& plan) = 0;

  void Execute() override {
    try {
      work(*plan_);
    } catch (const std::exception& error) {
      code_ = codeOf(error);
      SetError(textOf(error));
    } catch (...) {
      SetError("unknown error");
    }
  }

  void OnOK() override {
    --object_->running_;
    try {
      deferred_.Resolve(result(*plan_));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }

  void OnError(const Napi::Error& error) override {
    --object_->running_;
    if (code_ != nullptr) error.Value().As<Napi::Object>().Set("code", code_);
    deferred_.Reject(error.Value());
  }

 private:
  PlanObject* object_;
  std::shared_ptr<EnginePlan> plan_;
  Napi::ObjectReference alive_;  // keeps the object, hence the plan's constants
  Napi::Promise::Deferred deferred_;
  const char* code_ = nullptr;  // of the error
};

namespace {

// The array's elements. Throws where the value is not a Float32Array of the tensor's size.
float* floatsOf(const PlanValue& tensor, const Napi::Value& value, const std::string& what) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array ||
      value.As<Napi::TypedArray>().ElementLength() != static_cast<size_t>(tensor.count)) {
    throw Napi::TypeError::New(value.Env(), what + " '" + tensor.name + "' must be a Float32Array of " +
                                                std::to_string(tensor.count) + " values");
  }
  return value.As<Napi::Float32Array>().Data();
}

std::vector<const float*> inputsOf(const EnginePlan& plan, const Napi::Value& value) {
  const std::vector<PlanValue>& inputs = plan.inputs();
  if (!value.IsArray() || value.As<Napi::Array>().Length() != inputs.size()) {
    throw Napi::TypeError::New(value.Env(),
                               "run takes an array of " + std::to_string(inputs.size()) + " inputs");
  }
  std::vector<const float*> pointers;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    pointers.push_back(floatsOf(inputs[i], value.As<Napi::Array>().Get(i), "the input"));
  }
  return pointers;
}

class RunWorker : public PlanWorker {
 public:
  RunWorker(Napi::Env env, PlanObject* object, EnginePlan& plan, const Napi::Value& inputs)
      : PlanWorker(env, object), ticket_(plan.begin(inputsOf(plan, inputs))) {}

 protected:
  void work(EnginePlan& plan) override { plan.complete(ticket_); }
  Napi::Value result(EnginePlan& plan) override {
    const std::vector<PlanValue>& outputs = plan.outputs();
    Napi::Array arrays = Napi::Array::New(Env(), outputs.size());
    std::vector<float*> pointers;
    for (uint32_t i = 0; i < outputs.size(); ++i) {
      Napi::Float32Array array = Napi::Float32Array::New(Env(), static_cast<size_t>(outputs[i].count));
      pointers.push_back(array.Data());
      arrays.Set(i, array);
    }
    plan.fetch(ticket_, pointers);
    return arrays;
  }

 private:
  int ticket_;
};

class FindNonFiniteWorker : public PlanWorker {
 public:
  FindNonFiniteWorker(Napi::Env env, PlanObject* object, EnginePlan& plan, const Napi::Value& inputs)
      : PlanWorker(env, object) {
    const std::vector<const float*> given = inputsOf(plan, inputs);
    for (size_t i = 0; i < given.size(); ++i) {
      inputs_.emplace_back(given[i], given[i] + plan.inputs()[i].count);
    }
  }

 protected:
  void work(EnginePlan& plan) override {
    std::vector<const float*> inputs;
    for (const std::vector<float>& input : inputs_) inputs.push_back(input.data());
    found_ = plan.findNonFinite(inputs);
  }
  Napi::Value result(EnginePlan& /*plan*/) override {
    if (!found_) return Env().Null();
    Napi::Object op = Napi::Object::New(Env());
    op.Set("name", found_->name);
    op.Set("type", found_->type);
    return op;
  }

 private:
  std::vector<std::vector<float>> inputs_;
  std::optional<OpName> found_;
};

}  // namespace

Napi::Function PlanObject::define(Napi::Env env) {
  return DefineClass(
      env, "Plan",
      {InstanceMethod<&PlanObject::run>("run"), InstanceMethod<&PlanObject::findNonFinite>("findNonFinite"),
       InstanceMethod<&PlanObject::readState>("readState"),
       InstanceMethod<&PlanObject::writeState>("writeState"), InstanceMethod<&PlanObject::cancel>("cancel"),
       InstanceMethod<&PlanObject::setLut>("setLut"), InstanceMethod<&PlanObject::profile>("profile"),
       InstanceMethod<&PlanObject::release>("release")});
}

namespace {

Napi::Value rejected(Napi::Env env, const Napi::Error& error) {
  const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(env);
  deferred.Reject(error.Value());
  return deferred.Promise();
}

std::shared_ptr<EnginePlan> cudaPlanOf(const Napi::CallbackInfo& info, const PlanDescription& description) {
  if (!info[1].IsString() || !info[3].IsString()) {
    throw Napi::TypeError::New(info.Env(), "the CUDA library's path and the kernel's name are strings");
  }
  const auto device =
      static_cast<int32_t>(integerArgument(info[2], 0, kMaxCudaDevices - 1, "a device's number"));
  return std::make_shared<CudaPlan>(info[1].As<Napi::String>(), device, description,
                                    info[3].As<Napi::String>());
}

}  // namespace

PlanObject::PlanObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "the plan must be an object");
  Napi::Array constants = Napi::Array::New(env);
  const PlanDescription description = convertPlan(info[0].As<Napi::Object>(), constants);
  plan_ = translated(env, [&]() -> std::shared_ptr<EnginePlan> {
    if (info.Length() > 1) return cudaPlanOf(info, description);
    return std::make_shared<Plan>(description);
  });
  constants_ = Napi::Reference<Napi::Array>::New(constants, 1);
}

EnginePlan& PlanObject::plan(Napi::Env env) const {
  if (!plan_) throw Napi::Error::New(env, "the plan was released");
  return *plan_;
}

template <class Worker>
Napi::Value PlanObject::start(const Napi::CallbackInfo& info, bool alone) {
  const Napi::Env env = info.Env();
  try {
    EnginePlan& plan = this->plan(env);
    if (running_ >= (alone ? 1 : plan.mostRuns())) throw Napi::Error::New(env, "the plan is running already");
    checkConstants(env);
    if (running_ == 0) plan.clearCancel();
    auto worker = std::make_unique<Worker>(env, this, plan, info[0]);
    const Napi::Promise promise = worker->promise();
    ++running_;
    worker.release()->Queue();
    return promise;
  } catch (const Napi::Error& error) {
    return rejected(env, error);
  } catch (const std::exception& error) {
    return rejected(env, errorOf(env, error));
  }
}

Napi::Value PlanObject::run(const Napi::CallbackInfo& info) { return start<RunWorker>(info, false); }

Napi::Value PlanObject::findNonFinite(const Napi::CallbackInfo& info) {
  return start<FindNonFiniteWorker>(info, true);
}

int64_t PlanObject::stateIndex(const Napi::Value& index) const {
  if (running_ > 0) throw Napi::Error::New(index.Env(), "the plan is running");
  return integerArgument(index, 0, static_cast<int64_t>(plan(index.Env()).states().size()) - 1, "the state");
}

Napi::Value PlanObject::readState(const Napi::CallbackInfo& info) {
  const int64_t index = stateIndex(info[0]);
  const auto count = static_cast<size_t>(plan_->states()[static_cast<size_t>(index)].count);
  Napi::Float32Array array = Napi::Float32Array::New(info.Env(), count);
  translated(info.Env(), [&] { plan_->readState(index, array.Data()); });
  return array;
}

Napi::Value PlanObject::writeState(const Napi::CallbackInfo& info) {
  const int64_t index = stateIndex(info[0]);
  const float* values = floatsOf(plan_->states()[static_cast<size_t>(index)], info[1], "the state");
  translated(info.Env(), [&] { plan_->writeState(index, values); });
  return info.Env().Undefined();
}

// A typed array whose buffer was transferred away has no elements any more.
void PlanObject::checkConstants(Napi::Env env) const {
  const Napi::Array constants = constants_.Value();
  for (uint32_t i = 0; i < constants.Length(); ++i) {
    const Napi::HandleScope scope(env);
    if (constants.Get(i).As<Napi::TypedArray>().ElementLength() == 0) {
      throw Napi::Error::New(env, "a constant of the plan was detached");
    }
  }
}

Napi::Value PlanObject::cancel(const Napi::CallbackInfo& info) {
  if (plan_) plan_->cancel();
  return info.Env().Undefined();
}

Napi::Value PlanObject::setLut(const Napi::CallbackInfo& info) {
  EnginePlan& plan = this->plan(info.Env());
  const int64_t slot = integerArgument(info[0], 0, plan.lutSlots() - 1, "the LUT slot");
  translated(info.Env(), [&] { plan.setLut(slot, LutObject::lutOf(info[1])); });
  return info.Env().Undefined();
}

// Runs that are under way keep the plan until they end.
Napi::Value PlanObject::release(const Napi::CallbackInfo& info) {
  plan_.reset();
  return info.Env().Undefined();
}

Napi::Value PlanObject::profile(const Napi::CallbackInfo& info) {
  const std::vector<OpProfile> ops = translated(info.Env(), [&] { return plan(info.Env()).profile(); });
  Napi::Array result = Napi::Array::New(info.Env(), ops.size());
  for (uint32_t i = 0; i < ops.size(); ++i) {
    Napi::Object entry = Napi::Object::New(info.Env());
    entry.Set("name", ops[i].name);
    entry.Set("type", ops[i].type);
    entry.Set("seconds", ops[i].seconds);
    entry.Set("kernel", ops[i].kernel);
    result.Set(i, entry);
  }
  return result;
}

}  // namespace approxtorch
