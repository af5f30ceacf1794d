#include "lut_object.h"

namespace approxtorch {
namespace {

constexpr size_t kTableSize = 256 * 256;
// Tells our objects from those that others wrapped.
constexpr napi_type_tag kTag{0x6f1d2c9a7be34580, 0x9c05d1a2e7f8463b};

}  // namespace

Napi::Function LutObject::define(Napi::Env env) { return DefineClass(env, "Lut", {}); }

LutObject::LutObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Value table = info[0];
  if (!table.IsTypedArray() || table.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
      table.As<Napi::TypedArray>().ElementLength() != kTableSize) {
    throw Napi::TypeError::New(info.Env(), "the table must be an Int32Array of 65536 products");
  }
  lut_ = Lut::create(table.As<Napi::Int32Array>().Data());
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

std::shared_ptr<const Lut> LutObject::lutOf(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    throw Napi::TypeError::New(value.Env(), "the LUT must come from createLut");
  }
  return Unwrap(value.As<Napi::Object>())->lut_;
}

}  // namespace approxtorch
