// A tensor of a plan, as ops see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace approxtorch {

enum class DataType { kF32, kU8, kI32 };

constexpr size_t elementSize(DataType type) { return type == DataType::kU8 ? 1 : 4; }
const char* dataTypeName(DataType type);

using Shape = std::vector<int64_t>;

// Dimensions per tensor; bounds the loops over axes.
constexpr size_t kMaxRank = 8;

// "[1, 3, 32, 32]"
std::string shapeText(const Shape& shape);
// Product of shape[begin, end).
int64_t product(const Shape& shape, size_t begin, size_t end);
inline int64_t elementCount(const Shape& shape) { return product(shape, 0, shape.size()); }

// Row-major. The data stay where they are for the life of the plan.
struct Tensor {
  DataType type;
  Shape shape;  // every dimension ≥ 1
  std::string name;
  int64_t arenaOffset;  // in bytes; kConstant: not in the arena
  void* data;           // constants are only ever read
  // Operand indices that a kU8 tensor can hold; its producer's factory narrows them.
  int indexLo = 0, indexHi = 255;

  static constexpr int64_t kConstant = -1;
  bool isConstant() const { return arenaOffset == kConstant; }
  int64_t count() const { return elementCount(shape); }
  int64_t bytes() const { return count() * static_cast<int64_t>(elementSize(type)); }

  const float* f32() const { return static_cast<const float*>(data); }
  const uint8_t* u8() const { return static_cast<const uint8_t*>(data); }
  const int32_t* i32() const { return static_cast<const int32_t*>(data); }
  float* f32() { return static_cast<float*>(data); }
  uint8_t* u8() { return static_cast<uint8_t*>(data); }
  int32_t* i32() { return static_cast<int32_t*>(data); }
};

}  // namespace approxtorch
