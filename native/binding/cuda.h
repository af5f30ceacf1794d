// What src/engine/addon.ts says of CUDA.
#pragma once

#include <napi.h>

namespace approxtorch {

constexpr int kMaxCudaDevices = 10000;

Napi::Value cudaStatusValue(const Napi::CallbackInfo& info);
Napi::Value probeCudaDeviceValue(const Napi::CallbackInfo& info);

}  // namespace approxtorch
