#include "cuda.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "../cuda/status.h"
#include "convert.h"

namespace approxtorch {
namespace {

std::string pathArgument(const Napi::Value& value) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), "the path of the CUDA library is a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Value versionValue(Napi::Env env, int32_t version) {
  if (version <= 0) return env.Null();
  return Napi::String::New(env, cudaVersionText(version));
}

Napi::Object deviceValue(Napi::Env env, const ApproxtorchCudaDevice& device) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", Napi::String::New(env, device.name, strnlen(device.name, sizeof device.name)));
  result.Set("computeCapability", std::to_string(device.major) + "." + std::to_string(device.minor));
  result.Set("multiprocessors", device.multiprocessors);
  result.Set("totalMemory", static_cast<double>(device.totalMemory));
  return result;
}

// The words of a text.
Napi::Array words(Napi::Env env, const std::string& text) {
  Napi::Array result = Napi::Array::New(env);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    result.Set(result.Length(), text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace

Napi::Value cudaStatusValue(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const CudaStatus status = cudaStatus(pathArgument(info[0]));
  Napi::Array devices = Napi::Array::New(env);
  for (const auto& device : status.devices) devices.Set(devices.Length(), deviceValue(env, device));
  Napi::Object result = Napi::Object::New(env);
  result.Set("built", status.built);
  result.Set("available", status.reason.empty());
  result.Set("reason", status.reason.empty() ? env.Null() : Napi::String::New(env, status.reason));
  result.Set("codes", words(env, status.codes));
  result.Set("runtimeVersion", versionValue(env, status.runtime));
  result.Set("driverVersion", versionValue(env, status.driver));
  result.Set("devices", devices);
  result.Set("opTypes", words(env, status.opTypes));
  result.Set("kernels", words(env, status.kernels));
  return result;
}

Napi::Value probeCudaDeviceValue(const Napi::CallbackInfo& info) {
  const std::string path = pathArgument(info[0]);
  const auto index =
      static_cast<int32_t>(integerArgument(info[1], 0, kMaxCudaDevices - 1, "a device's number"));
  return Napi::Number::New(info.Env(), static_cast<double>(probeCudaDevice(path, index)));
}

}  // namespace approxtorch
