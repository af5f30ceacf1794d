#include "plan_object.h"

#include <cstring>

#include "convert.h"
#include "lut_object.h"

namespace approxtorch {

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
  virtual void work(Plan& plan) = 0;
  virtual Napi::Value result(const Plan& plan) = 0;

  void Execute() override {
    try {
      work(*plan_);
    } catch (const std::exception& error) {
      SetError(error.what());
    } catch (...) {
      SetError("unknown error");
    }
  }

  void OnOK() override {
    object_->running_ = false;
    try {
      deferred_.Resolve(result(*plan_));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }

  void OnError(const Napi::Error& error) override {
    object_->running_ = false;
    deferred_.Reject(error.Value());
  }

 private:
  PlanObject* object_;
  std::shared_ptr<Plan> plan_;
  Napi::ObjectReference alive_;  // keeps the object, hence the plan's constants
  Napi::Promise::Deferred deferred_;
};

namespace {

Napi::Float32Array copyOf(Napi::Env env, const Tensor& tensor) {
  Napi::Float32Array array = Napi::Float32Array::New(env, static_cast<size_t>(tensor.count()));
  std::memcpy(array.Data(), tensor.data, static_cast<size_t>(tensor.bytes()));
  return array;
}

// Throws where the value is not a Float32Array of the tensor's size.
void copyInto(Tensor& tensor, const Napi::Value& value, const std::string& what) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array ||
      value.As<Napi::TypedArray>().ElementLength() != static_cast<size_t>(tensor.count())) {
    throw Napi::TypeError::New(value.Env(), what + " '" + tensor.name + "' must be a Float32Array of " +
                                                std::to_string(tensor.count()) + " values");
  }
  std::memcpy(tensor.data, value.As<Napi::Float32Array>().Data(), static_cast<size_t>(tensor.bytes()));
}

class RunWorker : public PlanWorker {
 public:
  using PlanWorker::PlanWorker;

 protected:
  void work(Plan& plan) override { plan.run(); }
  Napi::Value result(const Plan& plan) override {
    const std::vector<Tensor*>& outputs = plan.outputs();
    Napi::Array arrays = Napi::Array::New(Env(), outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i)
      arrays.Set(static_cast<uint32_t>(i), copyOf(Env(), *outputs[i]));
    return arrays;
  }
};

class FindNonFiniteWorker : public PlanWorker {
 public:
  using PlanWorker::PlanWorker;

 protected:
  void work(Plan& plan) override { found_ = plan.findNonFinite(); }
  Napi::Value result(const Plan& /*plan*/) override {
    if (!found_) return Env().Null();
    Napi::Object op = Napi::Object::New(Env());
    op.Set("name", found_->name);
    op.Set("type", found_->type);
    return op;
  }

 private:
  std::optional<OpName> found_;
};

}  // namespace

Napi::Function PlanObject::define(Napi::Env env) {
  return DefineClass(
      env, "Plan",
      {InstanceMethod<&PlanObject::run>("run"), InstanceMethod<&PlanObject::findNonFinite>("findNonFinite"),
       InstanceMethod<&PlanObject::readState>("readState"),
       InstanceMethod<&PlanObject::writeState>("writeState"), InstanceMethod<&PlanObject::cancel>("cancel"),
       InstanceMethod<&PlanObject::setLut>("setLut"), InstanceMethod<&PlanObject::profile>("profile")});
}

PlanObject::PlanObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "the plan must be an object");
  Napi::Array constants = Napi::Array::New(env);
  const PlanDescription description = convertPlan(info[0].As<Napi::Object>(), constants);
  try {
    plan_ = std::make_shared<Plan>(description);
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(env, "not enough memory for the plan's arena");
  }
  constants_ = Napi::Reference<Napi::Array>::New(constants, 1);
}

template <class Worker>
Napi::Value PlanObject::start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  try {
    if (running_) throw Napi::Error::New(env, "the plan is running already");
    checkConstants(env);
    copyInputs(info[0]);
  } catch (const Napi::Error& error) {
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(error.Value());
    return deferred.Promise();
  }
  plan_->clearCancel();
  auto* worker = new Worker(env, this);
  running_ = true;
  worker->Queue();
  return worker->promise();
}

Napi::Value PlanObject::run(const Napi::CallbackInfo& info) { return start<RunWorker>(info); }

Napi::Value PlanObject::findNonFinite(const Napi::CallbackInfo& info) {
  return start<FindNonFiniteWorker>(info);
}

Tensor& PlanObject::stateArgument(const Napi::Value& index) const {
  if (running_) throw Napi::Error::New(index.Env(), "the plan is running");
  const auto count = static_cast<int64_t>(plan_->states().size());
  return *plan_->states()[static_cast<size_t>(integerArgument(index, 0, count - 1, "the state"))];
}

Napi::Value PlanObject::readState(const Napi::CallbackInfo& info) {
  return copyOf(info.Env(), stateArgument(info[0]));
}

Napi::Value PlanObject::writeState(const Napi::CallbackInfo& info) {
  copyInto(stateArgument(info[0]), info[1], "the state");
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

void PlanObject::copyInputs(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  const std::vector<Tensor*>& inputs = plan_->inputs();
  if (!value.IsArray() || value.As<Napi::Array>().Length() != inputs.size()) {
    throw Napi::TypeError::New(env, "run takes an array of " + std::to_string(inputs.size()) + " inputs");
  }
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    copyInto(*inputs[i], value.As<Napi::Array>().Get(i), "the input");
  }
}

Napi::Value PlanObject::cancel(const Napi::CallbackInfo& info) {
  plan_->cancel();
  return info.Env().Undefined();
}

Napi::Value PlanObject::setLut(const Napi::CallbackInfo& info) {
  const int64_t slot = integerArgument(info[0], 0, plan_->lutSlots() - 1, "the LUT slot");
  plan_->setLut(slot, LutObject::lutOf(info[1]));
  return info.Env().Undefined();
}

Napi::Value PlanObject::profile(const Napi::CallbackInfo& info) {
  const std::vector<OpProfile> ops = plan_->profile();
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
