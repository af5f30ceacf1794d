// An op of the CUDA engine: made once from its description, then launched in every run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../../native/plan/op_spec.h"
#include "../device_traits.h"
#include "device_lut.h"
#include "fault.h"
#include "memory.h"

namespace approxtorch::cuda {

// What an op may use while it enqueues its work.
struct LaunchContext {
  cudaStream_t stream;
  DeviceTraits device;
  void* scratch;  // of at least the op's scratchBytes(); other ops write there before and after
  FaultReport fault;
  const std::vector<DeviceLut>* luts;
  const std::string* kernel;  // the family of LUT-GEMM kernels that is asked for; empty: any

  template <class T>
  T* scratchAs() const {
    return static_cast<T*>(scratch);
  }
  const DeviceLut& lut(int64_t slot) const { return (*luts)[static_cast<size_t>(slot)]; }
};

class Op : public PlannedOp {
 public:
  // Enqueues the op's work, the same in every run: it may be captured into a graph. Nothing here waits for
  // the device or takes memory.
  virtual void launch(const LaunchContext& context) = 0;
  // Called before the first run, and again where a table changed. Here an op takes memory that depends on
  // tables, and enqueues work whose results all further runs share.
  virtual void prepare(const LaunchContext& /*context*/) {}
  // Working memory of a launch; may change with prepare().
  virtual size_t scratchBytes() const { return 0; }
  // What a fault that the op raised means.
  virtual std::string faultText(const Fault& /*fault*/) const { return "a fault that has no text"; }
};

using OpFactory = std::unique_ptr<Op> (*)(OpSpec& spec);
using Registry = std::map<std::string, OpFactory>;

// All ops that a plan can name.
const Registry& opRegistry();

}  // namespace approxtorch::cuda
