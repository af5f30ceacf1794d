// A plan on one of the engines, as JavaScript runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "../lut/lut.h"

namespace approxtorch {

// An op, as messages name it.
struct OpName {
  std::string name, type;
};

struct OpProfile {
  std::string name, type;
  double seconds;      // over all runs
  std::string kernel;  // of the last run; empty where the op has but one
};

// An f32 tensor of the plan that the caller fills or reads.
struct PlanValue {
  std::string name;
  int64_t count;
};

// A run that was ended by cancel().
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

// Memory that there is not.
class OutOfMemory : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A device that fails while it works, or is gone.
class DeviceFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Functions may be called from any thread, but not two at the same time, except that complete() and cancel()
// may run beside the others.
class EnginePlan {
 public:
  virtual ~EnginePlan() = default;

  virtual const std::vector<PlanValue>& inputs() const = 0;
  virtual const std::vector<PlanValue>& outputs() const = 0;
  // Their values outlast a run; zeros at first. To be read and written between runs.
  virtual const std::vector<PlanValue>& states() const = 0;

  // Runs that may be under way at the same time.
  virtual int mostRuns() const = 0;
  // Takes the inputs, one array each, and returns a ticket.
  virtual int begin(const std::vector<const float*>& inputs) = 0;
  // Returns when the run has ended. Throws Cancelled, PlanError (a LUT is not set) and what ops throw.
  virtual void complete(int ticket) = 0;
  // Copies the results of a run that has ended; frees the ticket.
  virtual void fetch(int ticket, const std::vector<float*>& outputs) = 0;

  // Runs up to the first op that leaves a NaN or an infinity in one of its f32 outputs.
  virtual std::optional<OpName> findNonFinite(const std::vector<const float*>& inputs) = 0;
  // Ends the run that is under way, or else the next one, before its next op.
  virtual void cancel() = 0;
  virtual void clearCancel() = 0;

  virtual void readState(int64_t state, float* values) const = 0;
  virtual void writeState(int64_t state, const float* values) = 0;

  virtual int64_t lutSlots() const = 0;
  // Takes effect on the next run. Throws PlanError for a slot that the plan does not have.
  virtual void setLut(int64_t slot, std::shared_ptr<const Lut> lut) = 0;

  virtual std::vector<OpProfile> profile() const = 0;
};

}  // namespace approxtorch
