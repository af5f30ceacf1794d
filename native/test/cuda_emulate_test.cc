// The emulation of CUDA itself: what kernels may rely on, and that it notices what they must not do.
#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>

#include <string>
#include <vector>

#include "test.h"

namespace approxtorch {
namespace {

using emulate::Copies;
using emulate::Order;
using emulate::Schedule;
using emulate::Violation;

template <class... Parameters, class... Arguments>
void launch(dim3 grid, dim3 block, void (*kernel)(Parameters...), Arguments... arguments) {
  const cudaLaunchConfig_t config{grid, block, 256, nullptr};
  EXPECT(cudaLaunchKernelEx(&config, kernel, arguments...) == cudaSuccess);
}

// Each thread's result under every order; ends with the default schedule.
template <class... Parameters>
std::vector<std::vector<int>> inAllOrders(unsigned threads, void (*kernel)(Parameters...)) {
  std::vector<std::vector<int>> results;
  for (const Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    for (const Copies copies : {Copies::kAtIssue, Copies::kAtWait}) {
      emulate::setSchedule({order, 7, copies});
      std::vector<int> out(threads);
      launch(1, threads, kernel, out.data());
      results.push_back(out);
    }
  }
  emulate::setSchedule({});
  return results;
}

bool allEqual(const std::vector<std::vector<int>>& results) {
  for (const auto& result : results) {
    if (result != results[0]) return false;
  }
  return true;
}

__global__ void writeIndices(int* out) {
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = static_cast<int>(block * 1000 + thread);
}

TEST(cuda_indices) {
  for (const Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    emulate::setSchedule({order, 3, Copies::kAtIssue});
    std::vector<int> out(2 * 3 * 4 * 30);
    launch({2, 3, 4}, {5, 3, 2}, writeIndices, out.data());
    for (int i = 0; i < static_cast<int>(out.size()); ++i) EXPECT(out[i] == i / 30 * 1000 + i % 30);
  }
  emulate::setSchedule({});
}

template <bool kBarrier>
__global__ void rotate(int* out) {
  __shared__ int values[64];
  values[threadIdx.x] = 0;
  __syncthreads();
  values[threadIdx.x] = static_cast<int>(threadIdx.x) + 1;
  if (kBarrier) __syncthreads();
  out[threadIdx.x] = values[(threadIdx.x + 1) % blockDim.x];
}

TEST(cuda_barriers_and_a_missing_one) {
  const auto results = inAllOrders(50, rotate<true>);
  EXPECT(allEqual(results));
  for (int i = 0; i < 50; ++i) EXPECT(results[0][i] == (i + 1) % 50 + 1);
  EXPECT(!allEqual(inAllOrders(50, rotate<false>)));
}

template <bool kWait>
__global__ void copyAsync(int* out) {
  int* shared = static_cast<int*>(emulate::dynamicShared());
  for (int i = 0; i < 2; ++i) {
    __pipeline_wait_prior(0);
    out[threadIdx.x] = static_cast<int>(threadIdx.x) + 100 * i;
    __pipeline_memcpy_async(shared + threadIdx.x, out + threadIdx.x, 4);
    __pipeline_commit();
  }
  if (kWait) __pipeline_wait_prior(0);
  __syncthreads();
  out[threadIdx.x] = shared[blockDim.x - 1 - threadIdx.x];
}

TEST(cuda_asynchronous_copies_and_a_missing_wait) {
  const auto results = inAllOrders(32, copyAsync<true>);
  EXPECT(allEqual(results));
  for (int i = 0; i < 32; ++i) EXPECT(results[0][i] == 131 - i);
  EXPECT(!allEqual(inAllOrders(32, copyAsync<false>)));
}

__global__ void copyMisaligned(int* out) {
  __pipeline_memcpy_async(static_cast<int*>(emulate::dynamicShared()) + 1, out, 16);
}

__global__ void barrierForSome() {
  if (threadIdx.x < 40) __syncthreads();
}

__global__ void differentBarriers() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void exchangeForSome() {
  if ((threadIdx.x & 1) == 0) __syncwarp();
}

__global__ void exchangeLeftOut() { __syncwarp(1); }

__global__ void exchangeBeyondTheBlock() { __syncwarp(); }

__global__ void shuffleFromOutside() {
  if (threadIdx.x < 16) __shfl_sync(0xffffu, 1, 16);
}

TEST(cuda_violations) {
  std::vector<int> out(8);
  EXPECT_THROWS(launch(1, 64, barrierForSome), Violation);
  EXPECT_THROWS(launch(1, 64, differentBarriers), Violation);
  EXPECT_THROWS(launch(1, 64, exchangeForSome), Violation);
  EXPECT_THROWS(launch(1, 32, exchangeLeftOut), Violation);
  EXPECT_THROWS(launch(1, 40, exchangeBeyondTheBlock), Violation);
  EXPECT_THROWS(launch(1, 32, shuffleFromOutside), Violation);
  EXPECT_THROWS(launch(1, 1, copyMisaligned, out.data()), Violation);
  std::vector<int> indices(64);
  launch(1, 64, writeIndices, indices.data());  // threads that stopped in a violation harm no later launch
  EXPECT(indices[63] == 63);
}

__global__ void exchanges(int* out) {
  constexpr unsigned kAll = 0xffffffffu;
  const int lane = static_cast<int>(threadIdx.x % 32), value = lane * lane;
  int sum = value;
  for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(kAll, sum, step);
  int* results = out + threadIdx.x * 10;
  results[0] = sum;
  results[1] = __shfl_sync(kAll, value, 3, 8);
  results[2] = __shfl_up_sync(kAll, value, 2);
  results[3] = __shfl_down_sync(kAll, value, 5, 16);
  results[4] = __ballot_sync(kAll, lane % 3 == 0) == 0x49249249u ? 1 : 0;
  results[5] = __any_sync(kAll, lane == 9) + 2 * __any_sync(kAll, lane == 99);
  results[6] = __all_sync(kAll, lane < 32) + 2 * __all_sync(kAll, lane < 31);
  // Halves of a warp apart.
  const unsigned half = lane < 16 ? 0xffffu : 0xffff0000u;
  if (lane < 16) {
    results[7] = static_cast<int>(__ballot_sync(half, lane & 1));
  } else {
    results[7] = static_cast<int>(__ballot_sync(half, (lane & 1) == 0) >> 16);
  }
  results[8] = static_cast<int>(__shfl_sync(kAll, int64_t{lane} << 40, 5) >> 40);
  results[9] = 0;
  __syncwarp();
  atomicAdd(out + 9, 1);
}

TEST(cuda_exchanges_of_a_warp) {
  for (const Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    emulate::setSchedule({order, 5, Copies::kAtIssue});
    std::vector<int> out(32 * 10);
    launch(1, 32, exchanges, out.data());
    EXPECT(out[9] == 32);
    for (int lane = 0; lane < 32; ++lane) {
      const int* results = out.data() + lane * 10;
      const auto square = [](int i) { return i * i; };
      EXPECT(results[0] == 31 * 32 * 63 / 6);
      EXPECT(results[1] == square(lane / 8 * 8 + 3));
      EXPECT(results[2] == square(lane < 2 ? lane : lane - 2));
      EXPECT(results[3] == square(lane % 16 + 5 < 16 ? lane + 5 : lane));
      EXPECT(results[4] == 1 && results[5] == 1 && results[6] == 1);
      EXPECT(results[7] == (lane < 16 ? 0xaaaa : 0x5555));
      EXPECT(results[8] == 5);
    }
  }
  emulate::setSchedule({});
}

TEST(cuda_arithmetic_intrinsics) {
  EXPECT(__byte_perm(0x33221100u, 0x77665544u, 0x7610) == 0x77661100u);
  EXPECT(__byte_perm(0x33221180u, 0, 0x4448) == 0x000000ffu);
  EXPECT(__dp2a_lo(static_cast<int>(0xfffe0003u), 0x7f7f05ff, 10) == 10 + 3 * -1 + -2 * 5);
  EXPECT(__dp2a_lo(0x7fff7fff, 0x0101, 2147483647) == -2147483647 - 1 + 65533);
  EXPECT(__dp4a(static_cast<int>(0xff028001u), 0x04050607, 1) == 1 + 1 * 7 + -128 * 6 + 2 * 5 + -1 * 4);
  int sum = 2147483647;
  EXPECT(atomicAdd(&sum, 1) == 2147483647 && sum == -2147483647 - 1);
  float total = 0.5f;
  EXPECT(atomicAdd(&total, 0.25f) == 0.5f && total == 0.75f);
}

TEST(cuda_launches_out_of_bounds) {
  const auto launched = [](dim3 grid, dim3 block, size_t bytes) {
    const cudaLaunchConfig_t config{grid, block, bytes, nullptr};
    return cudaLaunchKernelEx(&config, exchangeLeftOut) == cudaSuccess;
  };
  EXPECT(!launched(1, 1025, 0));
  EXPECT(!launched(1, 0, 0));
  EXPECT(!launched({1, 65536}, 1, 0));
  EXPECT(!launched(0, 1, 0));
  EXPECT(!launched(1, 1, 49153));
  EXPECT(cudaFuncSetAttribute(exchangeLeftOut, cudaFuncAttributeMaxDynamicSharedMemorySize, 49153) ==
         cudaSuccess);
  EXPECT(launched(1, 1, 49153));
  EXPECT(cudaFuncSetAttribute(exchangeLeftOut, cudaFuncAttributeMaxDynamicSharedMemorySize, 1 << 20) !=
         cudaSuccess);
}

}  // namespace
}  // namespace approxtorch
