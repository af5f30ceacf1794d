// Functions of single elements.
#pragma once

namespace approxtorch {

enum class Unary { kLeakyRelu, kElu, kSigmoid, kTanh, kHardSigmoid, kHardSwish, kClamp, kCount };
enum class Binary { kAdd, kSub, kMul, kDiv, kPRelu, kCount };

struct UnaryParameters {
  float a, b;  // alpha and beta; low and high of kClamp
};

// Functions whose derivative is taken at single elements: at inputs x, or from outputs y where that is
// easier.
enum class Pointwise {
  kBetween,  // 1 where a < y < b, else 0
  kLeakyRelu,
  kElu,
  kHardSigmoid,
  kHardSwish,
  kSigmoid,  // from y
  kTanh,     // from y
  kCount
};

}  // namespace approxtorch
