// An op of the CPU engine: made once from its description, run many times.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../lut/lut.h"
#include "../thread_pool.h"
#include "op_spec.h"
#include "scratch.h"

namespace approxtorch {

// What an op may use while it runs.
class RunContext {
 public:
  RunContext(ThreadPool& pool, Scratch& scratch, const std::vector<std::shared_ptr<const Lut>>& luts)
      : pool_(pool), scratch_(scratch), luts_(luts) {}

  ThreadPool& pool() { return pool_; }
  // Throws PlanError where the slot holds no LUT yet. `slot` was read by OpSpec::lutSlot.
  const std::shared_ptr<const Lut>& lut(int64_t slot) const;
  // Memory of one thread of the pool, or of all; 64-byte aligned, uninitialised, good until the next call of
  // the same kind for that thread and until the op's end. Not to be called from a loop that runs inside the
  // body of another, which shares its thread.
  template <class T>
  T* threadScratch(int thread, int64_t count) {
    return static_cast<T*>(scratch_.ofThread(thread, static_cast<size_t>(count) * sizeof(T)));
  }
  template <class T>
  T* sharedScratch(int64_t count) {
    return static_cast<T*>(scratch_.shared(static_cast<size_t>(count) * sizeof(T)));
  }

 private:
  ThreadPool& pool_;
  Scratch& scratch_;
  const std::vector<std::shared_ptr<const Lut>>& luts_;
};

class Op : public PlannedOp {
 public:
  virtual void run(RunContext& context) = 0;
};

// Throws PlanError where the op's inputs, outputs and attributes do not fit one another. After that no run
// reads or writes outside of the given tensors.
using OpFactory = std::unique_ptr<Op> (*)(OpSpec& spec);
using Registry = std::map<std::string, OpFactory>;

// All ops that a plan can name.
const Registry& opRegistry();

}  // namespace approxtorch
