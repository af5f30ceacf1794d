// A plan: checked once, then run batch by batch.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "description.h"
#include "liveness.h"
#include "op.h"

namespace approxtorch {

// A run that was ended by cancel().
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

// An op, as messages name it.
struct OpName {
  std::string name, type;
};

struct OpProfile {
  std::string name, type;
  double seconds;      // over all runs
  std::string kernel;  // of the last run; empty where the op has but one
};

class Plan {
 public:
  // Throws PlanError where the description is not sound, std::bad_alloc where there is no memory for the
  // arena. The data of constants must outlive the plan.
  explicit Plan(const PlanDescription& description);

  // To be filled before a run, and read after it, by the caller.
  const std::vector<Tensor*>& inputs() const { return inputs_; }
  const std::vector<Tensor*>& outputs() const { return outputs_; }
  // Their values outlast a run; zeros at first. To be read and written between runs.
  const std::vector<Tensor*>& states() const { return states_; }

  // Runs all ops; one run at a time. Throws Cancelled, PlanError (a LUT is not set) and what ops throw.
  void run();
  // The same, but ends after the first op that leaves a NaN or an infinity in one of its f32 outputs.
  std::optional<OpName> findNonFinite();
  // Ends the run that is under way, or else the next one, before its next op.
  void cancel() { cancelled_ = true; }
  void clearCancel() { cancelled_ = false; }

  int64_t lutSlots() const { return static_cast<int64_t>(luts_.size()); }
  // Takes effect on the next run. Throws PlanError for a slot that the plan does not have.
  void setLut(int64_t slot, std::shared_ptr<const Lut> lut);

  std::vector<OpProfile> profile() const;

 private:
  struct Step {
    std::unique_ptr<Op> op;
    std::string name, type;
    double seconds;
    std::vector<const Tensor*> outputs;
  };

  void addTensor(const TensorDescription& description, int64_t arenaBytes);
  void addOp(const OpDescription& description, Liveness& liveness);
  Tensor* tensor(double id, const std::string& what);
  void addStates(const PlanDescription& description, Liveness& liveness);
  // Runs the ops until `done` says so; returns the op then, else null.
  template <class Done>
  const Step* runUntil(Done&& done);

  std::vector<Tensor> tensors_;
  std::vector<Step> steps_;
  std::vector<Tensor*> inputs_, outputs_, states_;
  Buffer arena_;
  Scratch scratch_;
  mutable std::mutex mutex_;  // of luts_ and the seconds
  std::vector<std::shared_ptr<const Lut>> luts_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace approxtorch
