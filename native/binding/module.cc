// The addon's entry: src/engine/addon.ts types what is exported here.
#include <napi.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "../isa.h"
#include "../plan/op.h"
#include "../thread_pool.h"
#include "convert.h"
#include "cuda.h"
#include "lut_object.h"
#include "plan_object.h"

namespace approxtorch {
namespace {

constexpr int kMaxThreads = 1024;

struct Classes {
  Napi::FunctionReference plan, lut;
};

Napi::Value cpuInfo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  Napi::Array isas = Napi::Array::New(env);
  for (const Isa isa : supportedIsas()) isas.Set(isas.Length(), isaName(isa));
  result.Set("isas", isas);
  result.Set("threads", static_cast<double>(std::thread::hardware_concurrency()));
  return result;
}

Napi::Value isaInUse(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), isaName(currentIsa()));
}

Napi::Value opTypes(const Napi::CallbackInfo& info) {
  Napi::Array types = Napi::Array::New(info.Env());
  for (const auto& entry : opRegistry()) types.Set(types.Length(), entry.first);
  return types;
}

Napi::Value setThreadCount(const Napi::CallbackInfo& info) {
  setThreads(static_cast<int>(integerArgument(info[0], 1, kMaxThreads, "the number of threads")));
  return info.Env().Undefined();
}

Napi::Value createPlan(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Classes>()->plan.New({info[0]});
}

Napi::Value createCudaPlan(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Classes>()->plan.New({info[0], info[1], info[2], info[3]});
}

Napi::Value createLut(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Classes>()->lut.New({info[0]});
}

// Environments (the main one, worker threads) that have loaded the addon; the last one ends the threads.
std::atomic<int> environments{0};

// Ends the process without waiting for anything, native work in libuv's threads included.
Napi::Value exitNow(const Napi::CallbackInfo& info) {
  const double code = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (!(code >= 0 && code <= 255 && code == std::floor(code))) {
    throw Napi::RangeError::New(info.Env(), "an exit code is an integer from 0 to 255");
  }
  std::_Exit(static_cast<int>(code));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* classes = new Classes();
  classes->plan = Napi::Persistent(PlanObject::define(env));
  classes->lut = Napi::Persistent(LutObject::define(env));
  env.SetInstanceData(classes);
  ++environments;
  env.AddCleanupHook([] {
    if (--environments == 0) releasePool();
  });
  exports.Set("cpuInfo", Napi::Function::New<cpuInfo>(env, "cpuInfo"));
  exports.Set("isa", Napi::Function::New<isaInUse>(env, "isa"));
  exports.Set("opTypes", Napi::Function::New<opTypes>(env, "opTypes"));
  exports.Set("setThreads", Napi::Function::New<setThreadCount>(env, "setThreads"));
  exports.Set("createPlan", Napi::Function::New<createPlan>(env, "createPlan"));
  exports.Set("createCudaPlan", Napi::Function::New<createCudaPlan>(env, "createCudaPlan"));
  exports.Set("createLut", Napi::Function::New<createLut>(env, "createLut"));
  exports.Set("cudaStatus", Napi::Function::New<cudaStatusValue>(env, "cudaStatus"));
  exports.Set("probeCudaDevice", Napi::Function::New<probeCudaDeviceValue>(env, "probeCudaDevice"));
  exports.Set("exitNow", Napi::Function::New<exitNow>(env, "exitNow"));
  return exports;
}

}  // namespace

NODE_API_MODULE(approxtorch, initialize)

}  // namespace approxtorch
