// The threads that compute: one pool for the process.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace approxtorch {

// A fixed set of threads, the calling one among them. Several callers may use a pool; their loops take turns.
class ThreadPool {
 public:
  // threads ≥ 1, the caller included.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  // Calls body(begin, end, thread) for disjoint ranges that cover [0, count), each of `grain` indices (the
  // last one fewer), in no fixed order; 0 ≤ thread < size(), and no two calls at a time have the same
  // `thread`. The first exception that a call throws is thrown here; the ranges not begun by then are left
  // out. A loop inside a body runs on the body's own thread.
  template <class Body>
  void parallelFor(int64_t count, int64_t grain, Body&& body) {
    using Plain = std::remove_reference_t<Body>;
    run({[](void* context, int64_t begin, int64_t end, int thread) {
           (*static_cast<Plain*>(context))(begin, end, thread);
         },
         const_cast<void*>(static_cast<const void*>(&body)), count, grain < 1 ? 1 : grain});
  }

 private:
  struct Loop {
    void (*call)(void* context, int64_t begin, int64_t end, int thread);
    void* context;
    int64_t count, grain;
  };

  void run(const Loop& loop);
  void runInline(const Loop& loop, int thread);
  void takePart(int thread);
  void work(int thread);
  bool waitForLoop(uint64_t seen);

  std::mutex callers_;  // held by the caller whose loop runs
  Loop loop_{};
  std::atomic<int64_t> next_{0};
  std::exception_ptr error_;
  std::mutex errorMutex_;

  // A worker first counts itself in, then looks whether the loop is open; the caller first closes the loop,
  // then waits until nobody is in. So no worker touches a loop that has ended.
  std::atomic<bool> open_{false};
  std::atomic<int> inside_{0};

  std::atomic<uint64_t> generation_{0};  // of loops; workers wait for it to change
  std::atomic<int> sleeping_{0};
  std::atomic<bool> stop_{false};
  std::mutex sleepMutex_;
  std::condition_variable wake_;
  std::vector<std::thread> threads_;
};

// The pool in use. A holder may finish its work on it while setThreads already has put another in its place.
std::shared_ptr<ThreadPool> currentPool();
// Number of threads of the next pool, ≥ 1; takes effect on the next currentPool().
void setThreads(int threads);
// Ends the idle threads; the next currentPool() starts new ones.
void releasePool();

}  // namespace approxtorch
