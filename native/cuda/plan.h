// A plan on the CUDA engine.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "../plan/description.h"
#include "../plan/engine_plan.h"
#include "library.h"

namespace approxtorch {

class CudaPlan : public EnginePlan {
 public:
  // library: its path. kernel: the family of LUT-GEMM kernels to use, empty for the fastest of each layer.
  // Throws PlanError where the description is not sound; like all that works on the device, OutOfMemory and
  // DeviceFailure.
  CudaPlan(const std::string& library, int32_t device, const PlanDescription& description,
           const std::string& kernel);
  ~CudaPlan() override;
  CudaPlan(const CudaPlan&) = delete;
  CudaPlan& operator=(const CudaPlan&) = delete;

  const std::vector<PlanValue>& inputs() const override { return inputs_; }
  const std::vector<PlanValue>& outputs() const override { return outputs_; }
  const std::vector<PlanValue>& states() const override { return states_; }

  int mostRuns() const override { return kRuns; }
  int begin(const std::vector<const float*>& inputs) override;
  void complete(int ticket) override;
  void fetch(int ticket, const std::vector<float*>& outputs) override;

  std::optional<OpName> findNonFinite(const std::vector<const float*>& inputs) override;
  // A run of a few milliseconds is not worth being ended: the one that begins next is.
  void cancel() override { cancelled_ = true; }
  void clearCancel() override { cancelled_ = false; }

  void readState(int64_t state, float* values) const override;
  void writeState(int64_t state, const float* values) override;

  int64_t lutSlots() const override { return lutSlots_; }
  void setLut(int64_t slot, std::shared_ptr<const Lut> lut) override;

  std::vector<OpProfile> profile() const override;

 private:
  static constexpr int kRuns = 2;

  CudaLibrary library_;
  ApproxtorchCudaPlan* plan_ = nullptr;  // freed by the destructor, through the library
  std::vector<PlanValue> inputs_, outputs_, states_;
  std::vector<OpName> ops_;
  int64_t lutSlots_;
  std::array<std::vector<const float*>, kRuns> results_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace approxtorch
