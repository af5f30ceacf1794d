// Checks that no op of a plan reads what another one has overwritten.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "op_spec.h"

namespace approxtorch {

// Follows a plan op by op: which places of the arena hold a value, and whose.
class Liveness {
 public:
  // The caller of the plan writes or reads the tensor.
  void write(const Tensor& tensor, const std::string& where);
  // Throws PlanError where the tensor's place does not hold a value of its type, or holds that of another
  // tensor. A tensor that no op writes is a view of whatever lies in exactly its place.
  void read(const Tensor& tensor, const std::string& where) const;
  // An op reads its inputs and writes its outputs. Throws PlanError where they overlap other than the op
  // allows.
  void step(const PlannedOp& op, const std::vector<Tensor*>& inputs, const std::vector<Tensor*>& outputs,
            const std::string& where);

 private:
  struct Value {
    int64_t bytes;
    const Tensor* owner;
  };

  std::map<int64_t, Value> values_;  // by offset; they never overlap
  std::set<const Tensor*> written_;
};

}  // namespace approxtorch
