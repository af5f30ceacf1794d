#include "tensor.h"

namespace approxtorch {

const char* dataTypeName(DataType type) {
  switch (type) {
    case DataType::kU8:
      return "u8";
    case DataType::kI32:
      return "i32";
    default:
      return "f32";
  }
}

std::string shapeText(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

int64_t product(const Shape& shape, size_t begin, size_t end) {
  int64_t count = 1;
  for (size_t i = begin; i < end; ++i) count *= shape[i];
  return count;
}

}  // namespace approxtorch
