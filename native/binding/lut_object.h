// A multiplier's table, held for JavaScript.
#pragma once

#include <napi.h>

#include <memory>

#include "../lut/lut.h"

namespace approxtorch {

class LutObject : public Napi::ObjectWrap<LutObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes an Int32Array of 256 × 256 products.
  explicit LutObject(const Napi::CallbackInfo& info);
  // Throws Napi::TypeError where `value` is no LutObject.
  static std::shared_ptr<const Lut> lutOf(const Napi::Value& value);

 private:
  std::shared_ptr<const Lut> lut_;
};

}  // namespace approxtorch
