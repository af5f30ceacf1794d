// What every engine checks of a plan before it runs it: tensors and their places, ops and what they read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "description.h"
#include "op_spec.h"

namespace approxtorch {

class CheckedPlan {
 public:
  // Checks all but the ops. Throws PlanError where the description is not sound.
  explicit CheckedPlan(const PlanDescription& description);
  CheckedPlan(const CheckedPlan&) = delete;
  CheckedPlan& operator=(const CheckedPlan&) = delete;

  int64_t arenaBytes() const { return arenaBytes_; }
  int64_t lutSlots() const { return lutSlots_; }
  // To be filled before a run, and read after it, by the caller.
  const std::vector<Tensor*>& inputs() const { return inputs_; }
  const std::vector<Tensor*>& outputs() const { return outputs_; }
  // Their values outlast a run.
  const std::vector<Tensor*>& states() const { return states_; }
  // The data of constants are the caller's at first.
  std::vector<Tensor>& tensors() { return tensors_; }

  // Sets the data of all tensors that are no constants.
  void placeArena(void* arena);

  using Outputs = std::vector<Tensor*>;
  // Makes an op; its attributes are read then.
  using MakeOp = std::function<const PlannedOp&(const OpDescription&, OpSpec&, const Outputs&)>;
  // Makes and checks the ops in their order. Throws PlanError where they do not fit the tensors.
  void makeOps(const PlanDescription& description, const MakeOp& make);

 private:
  void addTensor(const TensorDescription& description);
  void addStates(const PlanDescription& description);
  Tensor* tensor(double id, const std::string& what);

  int64_t arenaBytes_, lutSlots_;
  std::vector<Tensor> tensors_;
  std::vector<Tensor*> inputs_, outputs_, states_;
};

}  // namespace approxtorch
