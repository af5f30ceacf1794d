#include "plan_object.h"

#include <cstring>

#include "convert.h"
#include "lut_object.h"

namespace approxtorch {

// One run of a plan, on a thread of libuv.
class RunWorker : public Napi::AsyncWorker {
 public:
  RunWorker(Napi::Env env, PlanObject* object)
      : AsyncWorker(env, "approxtorch.run"),
        object_(object),
        plan_(object->plan_),
        alive_(Napi::Persistent(object->Value())),
        deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      plan_->run();
    } catch (const std::exception& error) {
      SetError(error.what());
    } catch (...) {
      SetError("unknown error");
    }
  }

  void OnOK() override {
    object_->running_ = false;
    try {
      const std::vector<Tensor*>& outputs = plan_->outputs();
      Napi::Array arrays = Napi::Array::New(Env(), outputs.size());
      for (size_t i = 0; i < outputs.size(); ++i) {
        Napi::Float32Array array = Napi::Float32Array::New(Env(), static_cast<size_t>(outputs[i]->count()));
        std::memcpy(array.Data(), outputs[i]->data, static_cast<size_t>(outputs[i]->bytes()));
        arrays.Set(static_cast<uint32_t>(i), array);
      }
      deferred_.Resolve(arrays);
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

Napi::Function PlanObject::define(Napi::Env env) {
  return DefineClass(
      env, "Plan",
      {InstanceMethod<&PlanObject::run>("run"), InstanceMethod<&PlanObject::cancel>("cancel"),
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

Napi::Value PlanObject::run(const Napi::CallbackInfo& info) {
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
  auto* worker = new RunWorker(env, this);
  running_ = true;
  worker->Queue();
  return worker->promise();
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
    const Napi::Value array = value.As<Napi::Array>().Get(i);
    const Tensor& input = *inputs[i];
    if (!array.IsTypedArray() || array.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array ||
        array.As<Napi::TypedArray>().ElementLength() != static_cast<size_t>(input.count())) {
      throw Napi::TypeError::New(env, "the input '" + input.name + "' must be a Float32Array of " +
                                          std::to_string(input.count()) + " values");
    }
    std::memcpy(input.data, array.As<Napi::Float32Array>().Data(), static_cast<size_t>(input.bytes()));
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
