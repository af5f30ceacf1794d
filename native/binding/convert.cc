#include "convert.h"

namespace approxtorch {
namespace {

[[noreturn]] void fail(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

double toNumber(const Napi::Value& value, const std::string& what) {
  if (!value.IsNumber()) fail(value.Env(), what + " must be a number");
  return value.As<Napi::Number>().DoubleValue();
}

std::string toText(const Napi::Value& value, const std::string& what) {
  if (!value.IsString()) fail(value.Env(), what + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Object toObject(const Napi::Value& value, const std::string& what) {
  if (!value.IsObject()) fail(value.Env(), what + " must be an object");
  return value.As<Napi::Object>();
}

Napi::Array toArray(const Napi::Value& value, const std::string& what) {
  if (!value.IsArray()) fail(value.Env(), what + " must be an array");
  return value.As<Napi::Array>();
}

std::vector<double> toNumbers(const Napi::Value& value, const std::string& what) {
  const Napi::Array array = toArray(value, what);
  std::vector<double> numbers;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());
    numbers.push_back(toNumber(array.Get(i), what));
  }
  return numbers;
}

DataType toDataType(const Napi::Value& value, const std::string& what) {
  const std::string name = toText(value, what);
  for (const DataType type : {DataType::kF32, DataType::kU8, DataType::kI32}) {
    if (name == dataTypeName(type)) return type;
  }
  fail(value.Env(), what + " is unknown: '" + name + "'");
}

napi_typedarray_type arrayType(DataType type) {
  switch (type) {
    case DataType::kU8:
      return napi_uint8_array;
    case DataType::kI32:
      return napi_int32_array;
    default:
      return napi_float32_array;
  }
}

TensorDescription convertTensor(const Napi::Object& object, Napi::Array& constants) {
  TensorDescription tensor;
  tensor.name = toText(object.Get("name"), "a tensor's name");
  const std::string where = "tensor '" + tensor.name + "'";
  tensor.type = toDataType(object.Get("type"), where + ": type");
  tensor.shape = toNumbers(object.Get("shape"), where + ": shape");
  const Napi::Object storage = toObject(object.Get("storage"), where + ": storage");
  const Napi::Value data = storage.Get("data");
  if (data.IsUndefined()) {
    tensor.arenaOffset = toNumber(storage.Get("arena"), where + ": storage.arena");
    return tensor;
  }
  if (!data.IsTypedArray() || data.As<Napi::TypedArray>().TypedArrayType() != arrayType(tensor.type)) {
    fail(object.Env(), where + ": storage.data must be the typed array of its type");
  }
  const auto array = data.As<Napi::TypedArray>();
  tensor.dataCount = static_cast<int64_t>(array.ElementLength());
  if (tensor.dataCount == 0) fail(object.Env(), where + ": storage.data is empty");
  tensor.data = static_cast<const char*>(array.ArrayBuffer().Data()) + array.ByteOffset();
  constants.Set(constants.Length(), array);
  return tensor;
}

Attribute convertAttribute(const Napi::Value& value, const std::string& what) {
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  if (value.IsArray()) return toNumbers(value, what);
  return toNumber(value, what);
}

OpDescription convertOp(const Napi::Object& object) {
  OpDescription op;
  op.type = toText(object.Get("type"), "an op's type");
  op.name = toText(object.Get("name"), "an op's name");
  const std::string where = op.type + " '" + op.name + "'";
  op.inputs = toNumbers(object.Get("inputs"), where + ": inputs");
  op.outputs = toNumbers(object.Get("outputs"), where + ": outputs");
  const Napi::Object attributes = toObject(object.Get("attributes"), where + ": attributes");
  const Napi::Array names = attributes.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString().Utf8Value();
    op.attributes[name] = convertAttribute(attributes.Get(name), where + ": attribute '" + name + "'");
  }
  return op;
}

}  // namespace

PlanDescription convertPlan(const Napi::Object& desc, Napi::Array& constants) {
  PlanDescription plan;
  plan.arenaBytes = toNumber(desc.Get("arenaBytes"), "arenaBytes");
  plan.luts = toNumber(desc.Get("luts"), "luts");
  plan.inputs = toNumbers(desc.Get("inputs"), "inputs");
  plan.outputs = toNumbers(desc.Get("outputs"), "outputs");
  plan.states = toNumbers(desc.Get("states"), "states");
  const Napi::Array tensors = toArray(desc.Get("tensors"), "tensors");
  for (uint32_t i = 0; i < tensors.Length(); ++i) {
    const Napi::HandleScope scope(desc.Env());
    plan.tensors.push_back(convertTensor(toObject(tensors.Get(i), "a tensor"), constants));
  }
  const Napi::Array ops = toArray(desc.Get("ops"), "ops");
  for (uint32_t i = 0; i < ops.Length(); ++i) {
    const Napi::HandleScope scope(desc.Env());
    plan.ops.push_back(convertOp(toObject(ops.Get(i), "an op")));
  }
  return plan;
}

int64_t integerArgument(const Napi::Value& value, int64_t low, int64_t high, const char* what) {
  try {
    return checkedInteger(toNumber(value, what), low, high, what);
  } catch (const PlanError& error) {
    fail(value.Env(), error.what());
  }
}

}  // namespace approxtorch
