// Stands in for CUDA's header of asynchronous copies to shared memory (block.h: Copies says when they
// happen).
#pragma once

#include <cstdint>

#include "block.h"

inline void __pipeline_memcpy_async(void* to, const void* from, size_t size) {
  const auto aligned = [size](const void* p) { return reinterpret_cast<uintptr_t>(p) % size == 0; };
  if ((size != 4 && size != 8 && size != 16) || !aligned(to) || !aligned(from)) {
    throw approxtorch::emulate::Violation("an asynchronous copy's size or alignment");
  }
  approxtorch::emulate::copyLater(to, from, size);
}
inline void __pipeline_commit() { approxtorch::emulate::commitCopies(); }
inline void __pipeline_wait_prior(size_t newer) { approxtorch::emulate::waitForCopies(newer); }
