#include "block.h"

#include <ucontext.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "cuda_runtime.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#else
static void __sanitizer_start_switch_fiber(void**, const void*, size_t) {}
static void __sanitizer_finish_switch_fiber(void*, const void**, size_t*) {}
#endif

namespace approxtorch::emulate {
namespace {

constexpr size_t kStackBytes = 128 << 10;
constexpr size_t kSharedAlignment = 1024;

enum class Wait { kNone, kBlock, kWarp, kEnded };

struct Copy {
  void* to;
  const void* from;
  size_t size;
};

struct Fiber {
  ucontext_t context;
  std::unique_ptr<std::byte[]> stack;
  void* fakeStack = nullptr;  // the address sanitizer's
  uint3 thread;
  Wait wait;
  int line;  // where it waits
  WarpCall call;
  uint32_t mask;
  uint64_t value;
  Lanes received;
  std::vector<Copy> open;                // not committed yet
  std::deque<std::vector<Copy>> groups;  // committed, oldest first
};

class Scheduler {
 public:
  void setSchedule(const Schedule& schedule) {
    schedule_ = schedule;
    random_.seed(schedule.seed);
  }

  void run(dim3 block, size_t sharedBytes, const std::function<void()>& body) {
    const size_t threads = size_t{block.x} * block.y * block.z;
    // Of the exact size, so that the address sanitizer sees what lies outside.
    shared_.reset(
        static_cast<unsigned char*>(::operator new (sharedBytes, std::align_val_t{kSharedAlignment})));
    for (size_t i = 0; i < sharedBytes; ++i) shared_.get()[i] = static_cast<unsigned char>(random_());
    body_ = &body;
    fibers_.resize(threads);
    for (size_t i = 0; i < threads; ++i) {
      const auto index = static_cast<unsigned>(i);
      start(fibers_[i], {index % block.x, index / block.x % block.y, index / block.x / block.y});
    }
    try {
      while (!ended()) {
        for (const size_t i : order(threads)) {
          if (fibers_[i].wait == Wait::kNone) resume(fibers_[i]);
        }
        release();
      }
    } catch (...) {
      fibers_.clear();  // stacks that threads have not left are not fit for others
      throw;
    }
  }

  // The order in which `count` threads or blocks take their turn.
  std::vector<size_t> order(size_t count) {
    std::vector<size_t> indices(count);
    std::iota(indices.begin(), indices.end(), size_t{0});
    if (schedule_.order == Order::kBackward) std::reverse(indices.begin(), indices.end());
    if (schedule_.order == Order::kShuffled) std::shuffle(indices.begin(), indices.end(), random_);
    return indices;
  }

  Fiber& current() { return *current_; }
  size_t currentIndex() const { return static_cast<size_t>(current_ - fibers_.data()); }
  void* shared() { return shared_.get(); }
  bool copiesAtIssue() const { return schedule_.copies == Copies::kAtIssue; }

  // Lets the others run until someone releases the current fiber.
  void suspend(Wait wait, int line) {
    Fiber& fiber = *current_;
    fiber.wait = wait;
    fiber.line = line;
    void** fake = wait == Wait::kEnded ? nullptr : &fiber.fakeStack;
    __sanitizer_start_switch_fiber(fake, mainStack_, mainStackBytes_);
    swapcontext(&fiber.context, &main_);
    __sanitizer_finish_switch_fiber(fiber.fakeStack, nullptr, nullptr);
  }

 private:
  struct FreeShared {
    void operator()(unsigned char* p) const { ::operator delete (p, std::align_val_t{kSharedAlignment}); }
  };

  void start(Fiber& fiber, uint3 thread) {
    if (fiber.stack == nullptr) fiber.stack.reset(new std::byte[kStackBytes]);
    fiber.thread = thread;
    fiber.wait = Wait::kNone;
    fiber.fakeStack = nullptr;
    fiber.open.clear();
    fiber.groups.clear();
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackBytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, &Scheduler::enter, 0);
  }

  static void enter();

  void runBody() {
    __sanitizer_finish_switch_fiber(nullptr, &mainStack_, &mainStackBytes_);
    try {
      (*body_)();
    } catch (...) {
      error_ = std::current_exception();
    }
    suspend(Wait::kEnded, 0);
  }

  void resume(Fiber& fiber) {
    current_ = &fiber;
    threadIdx = fiber.thread;
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, fiber.stack.get(), kStackBytes);
    swapcontext(&main_, &fiber.context);
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
    current_ = nullptr;
    if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  bool ended() const {
    return std::all_of(fibers_.begin(), fibers_.end(), [](const Fiber& f) { return f.wait == Wait::kEnded; });
  }

  // Once all threads wait or have ended: lets those go whose wait is over.
  void release() {
    bool released = false;
    for (size_t warp = 0; warp < fibers_.size(); warp += kWarp) {
      for (size_t i = warp; i < std::min(warp + kWarp, fibers_.size()); ++i) {
        if (fibers_[i].wait == Wait::kWarp) released |= releaseLanes(warp, fibers_[i]);
      }
    }
    if (released || ended()) return;
    for (const Fiber& fiber : fibers_) {
      if (fiber.wait != Wait::kBlock || fiber.line != fibers_[0].line) throw Violation(stuck());
    }
    for (Fiber& fiber : fibers_) fiber.wait = Wait::kNone;
  }

  bool releaseLanes(size_t warp, const Fiber& first) {
    const uint32_t mask = first.mask;
    const WarpCall call = first.call;
    const int line = first.line;
    Lanes values{};
    for (size_t i = 0; i < kWarp; ++i) {
      if ((mask >> i & 1) == 0) continue;
      if (warp + i >= fibers_.size()) throw Violation("a mask names lanes that the block's last warp lacks");
      const Fiber& fiber = fibers_[warp + i];
      if (fiber.wait != Wait::kWarp || fiber.mask != mask || fiber.call != call || fiber.line != line)
        return false;
      values[i] = fiber.value;
    }
    for (size_t i = 0; i < kWarp; ++i) {
      if ((mask >> i & 1) == 0) continue;
      fibers_[warp + i].received = values;
      fibers_[warp + i].wait = Wait::kNone;
    }
    return true;
  }

  std::string stuck() const {
    std::string text = "threads wait for others that never come:";
    std::string last;
    for (size_t i = 0; i < fibers_.size(); ++i) {
      const Fiber& fiber = fibers_[i];
      const std::string state =
          fiber.wait == Wait::kEnded
              ? "ended"
              : (fiber.wait == Wait::kBlock ? "barrier, line " : "warp, line ") + std::to_string(fiber.line);
      if (state != last) text += " [" + std::to_string(i) + "…] " + state;
      last = state;
    }
    return text;
  }

  Schedule schedule_;
  std::mt19937 random_;
  const std::function<void()>* body_ = nullptr;
  std::vector<Fiber> fibers_;
  Fiber* current_ = nullptr;
  ucontext_t main_;
  const void* mainStack_ = nullptr;
  size_t mainStackBytes_ = 0;
  std::exception_ptr error_;
  std::unique_ptr<unsigned char, FreeShared> shared_;
};

Scheduler& scheduler() {
  static Scheduler instance;
  return instance;
}

void Scheduler::enter() { scheduler().runBody(); }

void copyAll(const std::vector<Copy>& copies) {
  for (const Copy& copy : copies) std::memcpy(copy.to, copy.from, copy.size);
}

}  // namespace

void setSchedule(const Schedule& schedule) { scheduler().setSchedule(schedule); }

void runGrid(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& body) {
  // Static shared memory, threadIdx and the rest are one for all threads of the process.
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  gridDim = grid;
  blockDim = block;
  for (const size_t i : scheduler().order(size_t{grid.x} * grid.y * grid.z)) {
    const size_t rest = i / grid.x;
    blockIdx = {static_cast<unsigned>(i % grid.x), static_cast<unsigned>(rest % grid.y),
                static_cast<unsigned>(rest / grid.y)};
    scheduler().run(block, sharedBytes, body);
  }
}

void waitForBlock(int line) { scheduler().suspend(Wait::kBlock, line); }

int lane() { return static_cast<int>(scheduler().currentIndex() % kWarp); }

const Lanes& exchange(WarpCall call, uint32_t mask, uint64_t value, int line) {
  if ((mask >> lane() & 1) == 0) throw Violation("a lane takes part in an exchange whose mask leaves it out");
  Fiber& fiber = scheduler().current();
  fiber.call = call;
  fiber.mask = mask;
  fiber.value = value;
  scheduler().suspend(Wait::kWarp, line);
  return fiber.received;
}

void* dynamicShared() { return scheduler().shared(); }

void copyLater(void* to, const void* from, size_t size) {
  if (scheduler().copiesAtIssue()) {
    std::memcpy(to, from, size);
  } else {
    scheduler().current().open.push_back({to, from, size});
  }
}

void commitCopies() {
  Fiber& fiber = scheduler().current();
  fiber.groups.push_back(std::move(fiber.open));
  fiber.open.clear();
}

void waitForCopies(size_t newer) {
  auto& groups = scheduler().current().groups;
  for (; groups.size() > newer; groups.pop_front()) copyAll(groups.front());
}

}  // namespace approxtorch::emulate
