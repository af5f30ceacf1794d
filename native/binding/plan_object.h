// A plan, held for JavaScript.
#pragma once

#include <napi.h>

#include <memory>

#include "../plan/engine_plan.h"

namespace approxtorch {

class PlanObject : public Napi::ObjectWrap<PlanObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes a Plan of src/engine/plan.ts; for the CUDA engine also the path of its library, the number of the
  // device and the family of LUT-GEMM kernels to use, '' for any.
  explicit PlanObject(const Napi::CallbackInfo& info);

 private:
  friend class PlanWorker;

  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value findNonFinite(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value setLut(const Napi::CallbackInfo& info);
  Napi::Value profile(const Napi::CallbackInfo& info);
  Napi::Value release(const Napi::CallbackInfo& info);
  Napi::Value readState(const Napi::CallbackInfo& info);
  Napi::Value writeState(const Napi::CallbackInfo& info);
  // Throws where it was released.
  EnginePlan& plan(Napi::Env env) const;
  // alone: no other work with the plan may be under way.
  template <class Worker>
  Napi::Value start(const Napi::CallbackInfo& info, bool alone);
  void checkConstants(Napi::Env env) const;
  int64_t stateIndex(const Napi::Value& index) const;

  std::shared_ptr<EnginePlan> plan_;  // null: released
  // Keeps the typed arrays of the constants, which the plan reads in place.
  Napi::Reference<Napi::Array> constants_;
  int running_ = 0;  // runs under way
};

}  // namespace approxtorch
