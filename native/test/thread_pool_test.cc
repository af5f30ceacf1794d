#include "../thread_pool.h"

#include <stdexcept>

#include "test.h"

namespace approxtorch {
namespace {

TEST(loop_covers_every_index_once) {
  for (int threads = 1; threads <= 5; ++threads) {
    ThreadPool pool(threads);
    EXPECT(pool.size() == threads);
    for (const int64_t count : {0, 1, 2, 7, 100, 1000}) {
      for (const int64_t grain : {1, 3, 64, 2000}) {
        std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
        std::atomic<bool> sound{true};
        pool.parallelFor(count, grain, [&](int64_t begin, int64_t end, int thread) {
          if (thread < 0 || thread >= threads || begin % grain != 0 || end - begin > grain) sound = false;
          for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
        });
        EXPECT(sound);
        for (const auto& times : seen) EXPECT(times == 1);
      }
    }
  }
}

TEST(no_two_ranges_run_as_one_thread) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> busy[4] = {};
    std::atomic<bool> sound{true};
    pool.parallelFor(64, 1, [&](int64_t, int64_t, int thread) {
      if (busy[thread].exchange(true)) sound = false;
      busy[thread] = false;
    });
    EXPECT(sound);
  }
}

TEST(many_short_loops) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum{0};
  for (int i = 0; i < 20000; ++i) {
    pool.parallelFor(8, 1, [&](int64_t begin, int64_t, int) { sum += begin; });
  }
  EXPECT(sum == 20000 * 28);
}

TEST(loops_after_the_threads_fell_asleep) {
  ThreadPool pool(3);
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::atomic<int> calls{0};
    pool.parallelFor(10, 1, [&](int64_t, int64_t, int) { ++calls; });
    EXPECT(calls == 10);
  }
}

TEST(exceptions_reach_the_caller) {
  ThreadPool pool(3);
  for (int round = 0; round < 100; ++round) {
    const auto loop = [&] {
      pool.parallelFor(50, 1, [&](int64_t begin, int64_t, int) {
        if (begin % 10 == 3) throw std::domain_error("no");
      });
    };
    EXPECT_THROWS(loop(), std::domain_error);
    std::atomic<int> calls{0};
    pool.parallelFor(10, 1, [&](int64_t, int64_t, int) { ++calls; });
    EXPECT(calls == 10);
  }
}

TEST(loops_inside_of_loops) {
  ThreadPool pool(3);
  std::atomic<int> calls{0};
  std::atomic<bool> sound{true};
  pool.parallelFor(20, 1, [&](int64_t, int64_t, int outer) {
    pool.parallelFor(20, 3, [&](int64_t begin, int64_t end, int inner) {
      if (inner != outer) sound = false;
      calls += static_cast<int>(end - begin);
    });
  });
  EXPECT(sound);
  EXPECT(calls == 400);
}

TEST(several_callers_take_turns) {
  ThreadPool pool(2);
  std::atomic<int64_t> sum{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        pool.parallelFor(10, 1, [&](int64_t begin, int64_t, int) { sum += begin; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT(sum == 3 * 500 * 45);
}

TEST(the_pool_is_replaced_when_its_size_changes) {
  setThreads(2);
  const std::shared_ptr<ThreadPool> first = currentPool();
  EXPECT(first->size() == 2);
  EXPECT(currentPool() == first);
  setThreads(3);
  EXPECT(currentPool()->size() == 3);
  std::atomic<int> calls{0};
  first->parallelFor(10, 1, [&](int64_t, int64_t, int) { ++calls; });
  EXPECT(calls == 10);
  releasePool();
}

}  // namespace
}  // namespace approxtorch
