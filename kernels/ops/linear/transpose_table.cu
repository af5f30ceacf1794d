#include "../../../native/spec/operands.h"
#include "../../launch.h"
#include "table_gradients.h"

namespace approxtorch::cuda {
namespace {

__global__ void transposeEntries(int64_t count, const float* table, float* columns) {
  const int64_t i = globalThread();
  if (i < count) columns[i] = table[i % kOperands * kOperands + i / kOperands];
}

}  // namespace

void transposeTable(cudaStream_t stream, const float* table, float* columns) {
  launchEach(stream, kOperands * kOperands, transposeEntries, table, columns);
}

}  // namespace approxtorch::cuda
