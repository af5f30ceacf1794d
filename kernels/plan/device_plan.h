// A plan on a device: checked and placed once, then run batch by batch.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "../../native/plan/checked_plan.h"
#include "op.h"

namespace approxtorch::cuda {

class DevicePlan {
 public:
  // Throws PlanError where the description is not sound, CudaError where the device fails or lacks memory.
  // kernel: the family of LUT-GEMM kernels to use; empty: the fastest for each layer.
  DevicePlan(int device, const PlanDescription& description, std::string kernel);
  ~DevicePlan();
  DevicePlan(const DevicePlan&) = delete;
  DevicePlan& operator=(const DevicePlan&) = delete;

  const CheckedPlan& checked() const { return checked_; }

  // Begins a run; see interface.h.
  int submit(const float* const* inputs);
  // Waits for a run and returns its results. Throws PlanError with the text of the op whose data were wrong.
  std::vector<const float*> wait(int ticket);
  std::optional<int64_t> findNonFinite(const float* const* inputs);
  void readState(int64_t state, float* values);
  void writeState(int64_t state, const float* values);
  void setLut(int64_t slot, const int32_t* table);

  // Seconds of each op in all runs; names of kernels.
  struct Profile {
    double seconds;
    const char* kernel;
  };
  std::vector<Profile> profile() const;

 private:
  // One run that may be under way.
  struct Slot {
    PinnedBuffer inputs, outputs;
    DeviceBuffer staged;  // the inputs, until the runs before are done with theirs
    Event copied, begun, ended;
    std::atomic<bool> busy{false};
  };
  struct Step {
    std::unique_ptr<Op> op;
    std::string where;  // type and name, for messages
    std::vector<const Tensor*> outputs;
    double share;  // of a run's time
  };

  void uploadConstants(const PlanDescription& description);
  void prepare();
  void stage(Slot& slot, const float* const* inputs);
  void launchOps();
  void launchTimed();
  void launchStep(size_t index);
  template <class Work>
  void named(const Step& step, Work&& work);
  LaunchContext contextOf(size_t index) const;
  void throwFault(const Fault& fault) const;

  // In the order in which they may depend on one another.
  const int device_;
  const std::string kernel_;
  DeviceTraits traits_{};
  CheckedPlan checked_;
  Stream compute_, copies_;
  DeviceBuffer constants_, arena_, fault_, scratch_, nonFinite_;
  std::vector<DeviceLut> luts_;
  std::vector<Step> steps_;
  std::array<Slot, 2> slots_;
  int next_ = 0;
  bool prepared_ = false;
  bool timed_ = false;
  std::optional<Graph> graph_;
  mutable std::mutex mutex_;  // of seconds_
  double seconds_ = 0.0;      // of all runs
};

}  // namespace approxtorch::cuda
