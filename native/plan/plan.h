// A plan: checked once, then run batch by batch.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "checked_plan.h"
#include "engine_plan.h"
#include "op.h"

namespace approxtorch {

// A plan on the CPU engine. One run at a time.
class Plan : public EnginePlan {
 public:
  // Throws PlanError where the description is not sound, std::bad_alloc where there is no memory for the
  // arena. The data of constants must outlive the plan.
  explicit Plan(const PlanDescription& description);

  // The tensors, for callers of the same process.
  const CheckedPlan& checked() const { return checked_; }
  void run();

  const std::vector<PlanValue>& inputs() const override { return inputs_; }
  const std::vector<PlanValue>& outputs() const override { return outputs_; }
  const std::vector<PlanValue>& states() const override { return states_; }

  int mostRuns() const override { return 1; }
  int begin(const std::vector<const float*>& inputs) override;
  void complete(int /*ticket*/) override { run(); }
  void fetch(int ticket, const std::vector<float*>& outputs) override;

  std::optional<OpName> findNonFinite(const std::vector<const float*>& inputs) override;
  void cancel() override { cancelled_ = true; }
  void clearCancel() override { cancelled_ = false; }

  void readState(int64_t state, float* values) const override;
  void writeState(int64_t state, const float* values) override;

  int64_t lutSlots() const override { return checked_.lutSlots(); }
  void setLut(int64_t slot, std::shared_ptr<const Lut> lut) override;

  std::vector<OpProfile> profile() const override;

 private:
  struct Step {
    std::unique_ptr<Op> op;
    std::string name, type;
    double seconds;
    std::vector<const Tensor*> outputs;
  };

  // Runs the ops until `done` says so; returns the op then, else null.
  template <class Done>
  const Step* runUntil(Done&& done);

  CheckedPlan checked_;
  std::vector<PlanValue> inputs_, outputs_, states_;
  std::vector<Step> steps_;
  Buffer arena_;
  Scratch scratch_;
  mutable std::mutex mutex_;  // of luts_ and the seconds
  std::vector<std::shared_ptr<const Lut>> luts_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace approxtorch
