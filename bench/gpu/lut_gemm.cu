// Times the LUT-GEMM kernels on a GPU, at layers' shapes, and compares their results:
//   nvcc -std=c++17 -O3 -arch=sm_90 -o lut_gemm_bench bench/gpu/lut_gemm.cu kernels/lut_gemm/lut_gemm.cu
// Arguments: all, to time more tilings than the chosen ones; the number of the only layer to measure. Exits
// with 1 if results differ. Medians over warm runs, random codes.
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../../kernels/lut_gemm/lut_gemm.h"
#include "../../kernels/lut_gemm/table.h"
#include "../../kernels/plan/memory.h"

namespace {

using namespace approxtorch::cuda;

constexpr int kRuns = 21, kWarmUps = 3;
constexpr int64_t kMostPartialBytes = 256 << 20;

template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(int64_t count) : count_(static_cast<size_t>(count)) {
    check(cudaMalloc(&data_, std::max<size_t>(count_ * sizeof(T), 16)), "cudaMalloc");
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(static_cast<int64_t>(values.size())) {
    check(cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy");
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  ~DeviceArray() { cudaFree(data_); }
  T* data() { return data_; }
  void clear() { check(cudaMemset(data_, 0xee, count_ * sizeof(T)), "cudaMemset"); }
  std::vector<T> host() const {
    std::vector<T> values(count_);
    check(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost), "cudaMemcpy");
    return values;
  }

 private:
  size_t count_;
  T* data_ = nullptr;
};

// Milliseconds.
double medianTime(const std::function<void()>& launch) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "cudaEventCreate");
  check(cudaEventCreate(&end), "cudaEventCreate");
  std::vector<float> times;
  for (int i = 0; i < kWarmUps + kRuns; ++i) {
    check(cudaEventRecord(begin), "cudaEventRecord");
    launch();
    check(cudaEventRecord(end), "cudaEventRecord");
    check(cudaEventSynchronize(end), "a kernel");
    float ms = 0;
    check(cudaEventElapsedTime(&ms, begin, end), "cudaEventElapsedTime");
    if (i >= kWarmUps) times.push_back(ms);
  }
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
  return times[kRuns / 2];
}

struct Device {
  DeviceTraits limits;
  double clock;  // Hz, the highest
};

Device queryDevice() {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
  int kilohertz = 0, sharedBytes = 0;
  check(cudaDeviceGetAttribute(&kilohertz, cudaDevAttrClockRate, 0), "cudaDeviceGetAttribute");
  check(cudaDeviceGetAttribute(&sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0),
        "cudaDeviceGetAttribute");
  std::printf("%s, %d multiprocessors, %d MHz, %d KiB of shared memory\n", properties.name,
              properties.multiProcessorCount, kilohertz / 1000, sharedBytes >> 10);
  return {{properties.multiProcessorCount, sharedBytes}, 1e3 * kilohertz};
}

// A convolution of square images, with a halo of its padding.
struct Layer {
  int images, channels, size, kernel, stride, padding, outputs, groups = 1;

  int side() const { return (size + 2 * padding - kernel) / stride + 1; }
  int pitch() const { return size + 2 * padding; }
  int plane() const { return pitch() * pitch(); }
  GemmShape shape() const {
    return {images * side() * side(), outputs / groups, channels / groups * kernel * kernel, groups};
  }
  std::vector<int32_t> taps() const {
    std::vector<int32_t> offsets;
    for (int c = 0; c < channels / groups; ++c) {
      for (int ky = 0; ky < kernel; ++ky) {
        for (int kx = 0; kx < kernel; ++kx) offsets.push_back(c * plane() + ky * pitch() + kx);
      }
    }
    return offsets;
  }
  CodePlaces places(const uint8_t* codes, const int32_t* taps) const {
    return {codes,
            taps,
            int64_t{channels} * plane(),
            int64_t{channels / groups} * plane(),
            side() * side(),
            side(),
            stride * pitch(),
            stride,
            0};
  }
};

std::vector<uint8_t> randomCodes(size_t count, int first, int range, std::mt19937& random) {
  std::vector<uint8_t> codes(count);
  for (auto& code : codes)
    code = static_cast<uint8_t>(first + static_cast<int>(random() % static_cast<unsigned>(range)));
  return codes;
}

// All tilings with the columns of the chosen one whose partial sums are not out of proportion.
std::vector<Tiling> tilings(const GemmShape& shape, int rows, const Device& device) {
  const Tiling chosen = chooseTiling(shape, rows, device.limits);
  std::vector<Tiling> all;
  for (const auto& [threads, positions] : {std::pair{512, 12}, {256, 12}, {256, 4}}) {
    for (int parts = 1; parts <= 64 && parts <= tapPairs(shape); parts *= 2) {
      Tiling tiling{chosen.columns, threads, positions, 4, 0, 0};
      tiling.pairsPerPart = static_cast<int>(ceilDivide(tapPairs(shape), parts));
      tiling.parts = static_cast<int>(ceilDivide(tapPairs(shape), tiling.pairsPerPart));
      tiling.stages = stagesThatFit(rows, tiling, 4, device.limits);
      if (tiling.stages >= 2 && partialBytes(shape, tiling, false) <= kMostPartialBytes)
        all.push_back(tiling);
    }
  }
  return all;
}

// Returns whether all results agree.
bool measure(const Layer& layer, RowRange rows, const Device& device, bool allTilings) {
  std::mt19937 random(1);
  const GemmShape shape = layer.shape();
  const int64_t count = int64_t{shape.positions} * layer.outputs;
  std::vector<int32_t> table(65536);
  for (auto& product : table) product = static_cast<int16_t>(random());
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = table[(i / 256 >> rows.shift << rows.shift) * 256 + i % 256];
  const TableRange values = tableRange(table.data(), table.size());
  const int32_t offset = narrowOffset(values);
  std::vector<int16_t> narrow(table.size());
  narrowTable(table.data(), table.size(), offset, narrow.data());
  const std::vector<int32_t> hostTaps = layer.taps();
  const auto hostCodes = randomCodes(static_cast<size_t>(layer.images) * layer.channels * layer.plane(),
                                     rows.first, rows.count, random);
  const auto hostWeights = randomCodes(static_cast<size_t>(layer.outputs) * shape.taps, 0, 256, random);
  std::vector<int16_t> columns(narrow.size());
  for (size_t i = 0; i < narrow.size(); ++i) columns[i % 256 * 256 + i / 256] = narrow[i];
  DeviceArray<int16_t> deviceTable(narrow), deviceColumns(columns);
  DeviceArray<uint8_t> codes(hostCodes), weights(hostWeights);
  DeviceArray<int32_t> taps(hostTaps);
  DeviceArray<float> results(count);
  const GemmOperands operands{
      shape,
      {deviceTable.data(), deviceColumns.data(), nullptr, offset, 256, 256, magnitude(values), rows.shift},
      rows,
      layer.places(codes.data(), taps.data()),
      weights.data()};
  DeviceArray<int32_t> constants(std::vector<int32_t>(layer.outputs, offset * shape.taps));
  DeviceArray<float> ones(std::vector<float>(layer.outputs, 1.0f));
  Epilogue<int32_t> epilogue{};
  epilogue.constants = constants.data();
  epilogue.scales = epilogue.bias = ones.data();
  epilogue.positions = shape.positions;
  epilogue.outputs = layer.outputs;
  epilogue.groupOutputs = shape.outputs;
  epilogue.imagesPerSet = layer.images;
  epilogue.low = -1e30f;
  epilogue.high = 1e30f;
  epilogue.values = results.data();
  epilogue.outPlane = layer.side() * layer.side();
  epilogue.outWidth = epilogue.outPitch = layer.side();
  epilogue.channelStride = epilogue.outPlane;

  const double lookups = static_cast<double>(count) * static_cast<double>(shape.taps);
  const auto report = [&](const char* name, double ms, const char* more) {
    std::printf("  %-14s %9.4f ms  %6.3f T lookups/s  %5.1f lookups/clk/SM%s\n", name, ms, lookups / ms / 1e9,
                lookups / (ms * 1e-3 * device.clock * device.limits.multiprocessors), more);
  };
  std::printf("(%d, %d, %d, %d), %d rows\n", layer.images, shape.taps, epilogue.outPlane, layer.outputs,
              rows.distinct());
  const double gather = medianTime([&] { gatherGemm(operands, epilogue, nullptr); });
  report("gather", gather, "");
  const std::vector<float> expected = results.host();
  int64_t wrong = 0;
  for (int i = 0; i < 1000; ++i) {  // some of the plain kernel's results against the host's
    const auto m = static_cast<int>(random() % static_cast<unsigned>(shape.positions));
    const auto n = static_cast<int>(random() % static_cast<unsigned>(layer.outputs));
    const int image = m / epilogue.outPlane, position = m % epilogue.outPlane;
    const int64_t from = int64_t{image} * layer.channels * layer.plane() +
                         n / shape.outputs * (layer.channels / layer.groups) * layer.plane() +
                         position / layer.side() * layer.stride * layer.pitch() +
                         position % layer.side() * layer.stride;
    int sum = 0;
    for (int k = 0; k < shape.taps; ++k) {
      sum += table[static_cast<size_t>(hostCodes[static_cast<size_t>(from + hostTaps[k])] * 256 +
                                       hostWeights[static_cast<size_t>(n) * shape.taps + k])];
    }
    const auto at = (int64_t{image} * layer.outputs + n) * epilogue.outPlane + position;
    wrong += static_cast<float>(sum) + 1.0f != expected[static_cast<size_t>(at)];
  }
  const auto compare = [&] {
    const std::vector<float> actual = results.host();
    for (int64_t i = 0; i < count; ++i)
      wrong += actual[static_cast<size_t>(i)] != expected[static_cast<size_t>(i)];
  };

  results.clear();
  const double columnsTime = medianTime([&] { columnsGemm(operands, epilogue, device.limits, nullptr); });
  compare();
  char more[200];
  std::snprintf(more, sizeof more, "  x%.2f of gather", gather / columnsTime);
  report("columns", columnsTime, more);
  if (fitsDepthwise(operands)) {
    results.clear();
    const double depthwise = medianTime([&] { depthwiseGemm(operands, epilogue, nullptr); });
    compare();
    std::snprintf(more, sizeof more, "  x%.2f of gather", gather / depthwise);
    report("depthwise", depthwise, more);
  }

  const Tiling chosen = chooseTiling(shape, rows.distinct(), device.limits);
  DeviceArray<int16_t> rowTables(rowTableBytes(shape, rows.distinct(), chosen) / 2);
  const double build = medianTime([&] { buildRowTables(operands, chosen, rowTables.data(), nullptr); });
  std::printf("  %-14s %9.4f ms  %.1f MB\n", "row tables", build,
              static_cast<double>(rowTableBytes(shape, rows.distinct(), chosen)) / 1e6);
  const auto time = [&](const char* name, const Tiling& tiling) {
    DeviceArray<int32_t> partials(partialBytes(shape, tiling, false) / 4);
    results.clear();
    const double ms = medianTime(
        [&] { packedRowsGemm(operands, tiling, rowTables.data(), partials.data(), epilogue, nullptr); });
    compare();
    std::snprintf(more, sizeof more,
                  "  x%.2f of gather  (%d columns, %d x %2d, %d stages, %2d parts; estimate %.4f ms)",
                  gather / ms, tiling.columns, tiling.threads, tiling.positionsPerThread, tiling.stages,
                  tiling.parts,
                  estimate::packedRows(shape, rows.distinct(), tiling, device.limits) / device.clock * 1e3);
    report(name, ms, more);
    return ms;
  };
  const double chosenTime = time("packed rows", chosen);
  if (allTilings) {
    double bestTime = chosenTime;
    for (const Tiling& tiling : tilings(shape, rows.distinct(), device)) {
      bestTime = std::min(bestTime, time("another tiling", tiling));
    }
    std::printf("  chosen tiling: x%.2f of the fastest one's time\n", chosenTime / bestTime);
  }
  std::printf("  gather: estimate %.4f ms, %s chosen\n",
              estimate::gather(shape, device.limits) / device.clock * 1e3,
              prefersPackedRows(shape, rows.distinct(), device.limits) ? "not" : "would be");
  if (wrong != 0) std::printf("  WRONG: %lld results\n", static_cast<long long>(wrong));
  return wrong == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool allTilings = argc > 1 && std::string(argv[1]) == "all";
  const Device device = queryDevice();
  // (images, K, positions, outputs): (32, 576, 3136, 64), (32, 2304, 196, 256) and so on.
  constexpr Layer kLayers[] = {
      {32, 64, 56, 3, 1, 1, 64},  {32, 256, 14, 3, 1, 1, 256},   {128, 64, 8, 3, 1, 1, 64},
      {128, 16, 32, 3, 1, 1, 16}, {32, 3, 224, 7, 2, 3, 64},     {64, 512, 1, 1, 1, 0, 1000},
      {1, 64, 56, 3, 1, 1, 64},   {32, 96, 56, 3, 1, 1, 96, 96}, {32, 96, 56, 1, 1, 0, 24}};
  bool right = true;
  for (const Layer& layer : kLayers) {
    if (argc > 2 && std::atoi(argv[2]) != &layer - kLayers) continue;
    for (const RowRange rows : {RowRange{0, 256}, {128, 128}, {0, 256, 2}, {128, 128, 2}})
      right &= measure(layer, rows, device, allTilings);
  }
  return right ? 0 : 1;
}
