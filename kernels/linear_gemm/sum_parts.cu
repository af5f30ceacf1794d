#include "../launch.h"
#include "sum_parts.h"

namespace approxtorch::cuda {
namespace {

constexpr int kSumThreads = 512;
constexpr int kFewParts = 8;

// `rows` threads share the parts of an element.
template <int rows>
__global__ void __launch_bounds__(kSumThreads)
    sumPartsKernel(const float* parts, int partCount, int64_t count, Finish finish, float* results) {
  constexpr int kColumns = kSumThreads / rows;
  __shared__ float sums[kSumThreads];
  const int column = static_cast<int>(threadIdx.x) % kColumns, row = static_cast<int>(threadIdx.x) / kColumns;
  const int64_t i = int64_t{blockIdx.x} * kColumns + column;
  float sum = 0.0f;
  if (i < count) {
#pragma unroll 8
    for (int part = row; part < partCount; part += rows) sum += parts[part * count + i];
  }
  if constexpr (rows > 1) {
    sums[threadIdx.x] = sum;
    __syncthreads();
    if (row != 0) return;
    for (int other = 1; other < rows; ++other) sum += sums[other * kColumns + column];
  }
  if (i < count) results[i] = finish.apply(sum, i);
}

}  // namespace

void sumParts(cudaStream_t stream, const float* parts, int partCount, int64_t count, const Finish& finish,
              float* results) {
  if (partCount <= kFewParts) {
    launch(stream, sumPartsKernel<1>, {ceilDivide(count, kSumThreads)}, kSumThreads, 0, parts, partCount,
           count, finish, results);
  } else {
    launch(stream, sumPartsKernel<16>, {ceilDivide(count, kSumThreads / 16)}, kSumThreads, 0, parts,
           partCount, count, finish, results);
  }
}

}  // namespace approxtorch::cuda
