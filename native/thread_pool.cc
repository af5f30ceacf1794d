#include "thread_pool.h"

#include <algorithm>
#include <utility>

#ifdef APPROXTORCH_X86
#include <immintrin.h>
#endif

namespace approxtorch {
namespace {

// About 20 to 50 µs: longer than the gap between two loops of a plan, too short to cost anything.
constexpr int kSpins = 2000;

void pause(int spin) {
  // Where threads outnumber CPUs the one waited for may need this CPU.
  if (spin % 256 == 255) {
    std::this_thread::yield();
    return;
  }
#ifdef APPROXTORCH_X86
  _mm_pause();
#endif
}

constexpr int kOutside = -1;
thread_local int insideThread = kOutside;  // index of the running body's thread

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

ThreadPool::~ThreadPool() {
  stop_ = true;
  ++generation_;
  { const std::lock_guard<std::mutex> lock(sleepMutex_); }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::runInline(const Loop& loop, int thread) {
  for (int64_t begin = 0; begin < loop.count; begin += loop.grain) {
    loop.call(loop.context, begin, std::min(begin + loop.grain, loop.count), thread);
  }
}

void ThreadPool::run(const Loop& loop) {
  if (loop.count <= 0) return;
  if (insideThread != kOutside) return runInline(loop, insideThread);
  const std::lock_guard<std::mutex> turn(callers_);
  loop_ = loop;
  next_ = 0;
  if (threads_.empty() || loop.count <= loop.grain) {
    takePart(0);
  } else {
    open_ = true;
    ++generation_;
    if (sleeping_ > 0) {
      { const std::lock_guard<std::mutex> lock(sleepMutex_); }
      wake_.notify_all();
    }
    takePart(0);
    open_ = false;
    for (int spin = 0; inside_ != 0; ++spin) pause(spin);
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::takePart(int thread) {
  insideThread = thread;
  try {
    while (true) {
      const int64_t begin = next_.fetch_add(loop_.grain);
      if (begin >= loop_.count) break;
      loop_.call(loop_.context, begin, std::min(begin + loop_.grain, loop_.count), thread);
    }
  } catch (...) {
    const std::lock_guard<std::mutex> lock(errorMutex_);
    if (!error_) error_ = std::current_exception();
    next_ = loop_.count;
  }
  insideThread = kOutside;
}

void ThreadPool::work(int thread) {
  uint64_t seen = 0;
  while (waitForLoop(seen)) {
    seen = generation_;
    ++inside_;
    if (open_) takePart(thread);
    --inside_;
  }
}

// Returns false when the pool ends.
bool ThreadPool::waitForLoop(uint64_t seen) {
  for (int spin = 0; spin < kSpins && generation_ == seen; ++spin) pause(spin);
  if (generation_ == seen) {
    std::unique_lock<std::mutex> lock(sleepMutex_);
    ++sleeping_;
    wake_.wait(lock, [&] { return generation_ != seen; });
    --sleeping_;
  }
  return !stop_;
}

namespace {

struct SharedPool {
  std::mutex mutex;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::shared_ptr<ThreadPool> pool;
};

SharedPool& sharedPool() {
  static SharedPool shared;
  return shared;
}

}  // namespace

std::shared_ptr<ThreadPool> currentPool() {
  SharedPool& shared = sharedPool();
  const std::lock_guard<std::mutex> lock(shared.mutex);
  if (!shared.pool || shared.pool->size() != shared.threads) {
    shared.pool = std::make_shared<ThreadPool>(shared.threads);
  }
  return shared.pool;
}

void setThreads(int threads) {
  SharedPool& shared = sharedPool();
  const std::lock_guard<std::mutex> lock(shared.mutex);
  shared.threads = threads;
}

void releasePool() {
  SharedPool& shared = sharedPool();
  const std::lock_guard<std::mutex> lock(shared.mutex);
  shared.pool.reset();
}

}  // namespace approxtorch
