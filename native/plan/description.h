// A plan as the caller describes it (src/engine/plan.ts): nothing of it is trusted.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "tensor.h"

namespace approxtorch {

// A description that cannot be run. The message names the op or tensor.
class PlanError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Attribute = std::variant<double, std::vector<double>, std::string>;

struct TensorDescription {
  DataType type = DataType::kF32;
  std::vector<double> shape;
  std::string name;
  double arenaOffset = 0;      // used where `data` is null
  const void* data = nullptr;  // constant; the caller keeps it alive and unchanged
  int64_t dataCount = 0;       // elements of `data`
};

struct OpDescription {
  std::string type, name;
  std::vector<double> inputs, outputs;
  std::map<std::string, Attribute> attributes;
};

struct PlanDescription {
  std::vector<TensorDescription> tensors;
  std::vector<OpDescription> ops;
  double arenaBytes = 0;
  std::vector<double> inputs, outputs, states;
  double luts = 0;
};

// The integer that `value` is. Throws PlanError, naming `what`, where it is none in [low, high].
int64_t checkedInteger(double value, int64_t low, int64_t high, const std::string& what);

}  // namespace approxtorch
