// Runs the threads of one CUDA block on the CPU, as fibers of one thread that take turns. A fiber runs until
// it waits for others (a barrier, a warp's exchange) or ends, so a kernel that lacks a barrier computes the
// same as with it in some orders and not in others: tests run each kernel in several (Schedule).
//
// Detected, as a Violation: barriers and exchanges that not all threads reach, or reach at different places;
// an exchange by a lane that its mask leaves out. What kernels read and write out of bounds is found by the
// address sanitizer, if the buffers are the heap's. Not detected: races whose outcome is the same in all
// orders tried, and reads of static shared memory that nothing has written (dynamic shared memory starts as
// noise).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

#include "vector_types.h"

namespace approxtorch::emulate {

constexpr int kWarp = 32;
constexpr unsigned kMaxThreads = 1024;

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The order in which the threads between two barriers, and the blocks of a grid, take their turns.
enum class Order { kForward, kBackward, kShuffled };

// When an asynchronous copy takes place, of all the times between its issue and the wait for it.
enum class Copies { kAtIssue, kAtWait };

struct Schedule {
  Order order = Order::kForward;
  uint32_t seed = 0;  // of kShuffled
  Copies copies = Copies::kAtIssue;
};

// The schedule of the launches that follow.
void setSchedule(const Schedule& schedule);

// Sets blockIdx and gridDim in turn for the blocks of a grid, in the schedule's order, and runs `body` in
// every thread of each. `sharedBytes` is the size of the dynamic shared memory.
void runGrid(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& body);

// For the intrinsics; only inside of a kernel.
enum class WarpCall { kSync, kShuffle, kVote };
using Lanes = std::array<uint64_t, kWarp>;
void waitForBlock(int line);
// Waits for the other lanes of `mask`; returns what each gave.
const Lanes& exchange(WarpCall call, uint32_t mask, uint64_t value, int line);
int lane();
void* dynamicShared();
void copyLater(void* to, const void* from, size_t size);
void commitCopies();
// Completes all groups of copies except the last `newer`.
void waitForCopies(size_t newer);

}  // namespace approxtorch::emulate
