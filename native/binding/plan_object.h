// A plan, held for JavaScript.
#pragma once

#include <napi.h>

#include <memory>

#include "../plan/plan.h"

namespace approxtorch {

class PlanObject : public Napi::ObjectWrap<PlanObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes a Plan of src/engine/plan.ts.
  explicit PlanObject(const Napi::CallbackInfo& info);

 private:
  friend class PlanWorker;

  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value findNonFinite(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value setLut(const Napi::CallbackInfo& info);
  Napi::Value profile(const Napi::CallbackInfo& info);
  Napi::Value readState(const Napi::CallbackInfo& info);
  Napi::Value writeState(const Napi::CallbackInfo& info);
  template <class Worker>
  Napi::Value start(const Napi::CallbackInfo& info);
  Tensor& stateArgument(const Napi::Value& index) const;
  void copyInputs(const Napi::Value& arrays);
  void checkConstants(Napi::Env env) const;

  std::shared_ptr<Plan> plan_;
  // Keeps the typed arrays of the constants, which the plan reads in place.
  Napi::Reference<Napi::Array> constants_;
  bool running_ = false;
};

}  // namespace approxtorch
