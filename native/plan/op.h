// An op: made once from its description, run many times.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../lut/lut.h"
#include "../thread_pool.h"
#include "attributes.h"
#include "scratch.h"
#include "tensor.h"

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

class Op {
 public:
  virtual ~Op() = default;
  virtual void run(RunContext& context) = 0;
  // Whether the output may take the very place (offset and size) of this input.
  virtual bool mayOverwrite(size_t /*input*/) const { return false; }
  // Name of the kernel that the last run used, where the op has several; else empty.
  virtual const char* kernel() const { return ""; }
};

// What a factory is given. Its checks throw PlanError naming the op.
class OpSpec {
 public:
  // Tensor pointers outlive the op; a null input is an omitted one.
  OpSpec(const OpDescription& description, std::vector<Tensor*> inputs, std::vector<Tensor*> outputs,
         int64_t luts);

  Attributes attributes;

  size_t inputCount() const { return inputs_.size(); }
  size_t outputCount() const { return outputs_.size(); }
  // The op takes from `least` to `most` inputs, and gives `outputs` outputs.
  void expectCounts(size_t least, size_t most, size_t outputs) const;
  // Throw where the tensor is absent or of another type.
  const Tensor& input(size_t index, DataType type = DataType::kF32) const;
  Tensor& output(size_t index, DataType type = DataType::kF32) const;
  // Null where it is omitted.
  const Tensor* optionalInput(size_t index, DataType type = DataType::kF32) const;
  // Throws where the tensor has another shape.
  void expectShape(const Tensor& tensor, const Shape& shape) const;
  void expectRank(const Tensor& tensor, size_t least, size_t most) const;
  // The attribute `name` as a LUT slot of the plan.
  int64_t lutSlot(const std::string& name);
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::string where_;
  std::vector<Tensor*> inputs_, outputs_;
  int64_t luts_;
};

// Throws PlanError where the op's inputs, outputs and attributes do not fit one another. After that no run
// reads or writes outside of the given tensors.
using OpFactory = std::unique_ptr<Op> (*)(OpSpec& spec);
using Registry = std::map<std::string, OpFactory>;

// All ops that a plan can name.
const Registry& opRegistry();

}  // namespace approxtorch
