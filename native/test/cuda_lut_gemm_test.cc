// The LUT-GEMM kernels under the emulation of CUDA, against plain loops.
#include <cuda_runtime.h>

#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "../../kernels/lut_gemm/lut_gemm.h"
#include "../../kernels/lut_gemm/table.h"
#include "test.h"

namespace approxtorch {
namespace {

using namespace cuda;
using emulate::Copies;
using emulate::Order;

constexpr DeviceTraits kDevice{4, 227 << 10};
constexpr int kUntouched = 0x5a5a5a5a;

// As the device's memory is: aligned, and of exactly this size, for the address sanitizer.
template <class T>
class Buffer {
 public:
  explicit Buffer(int64_t count) : count_(static_cast<size_t>(count)) {
    data_.reset(static_cast<T*>(::operator new (count_ * sizeof(T), std::align_val_t{256})));
    for (size_t i = 0; i < count_; ++i) data_.get()[i] = static_cast<T>(kUntouched);
  }
  T* data() { return data_.get(); }
  size_t size() const { return count_; }
  T& operator[](int64_t i) { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{256}); }
  };
  size_t count_;
  std::unique_ptr<T, Free> data_;
};

struct Problem {
  GemmShape shape;
  int rows, columns;  // of the table
  RowRange range;
  std::vector<int32_t> table;
  Buffer<int16_t> narrow, narrowColumns{65536};
  Buffer<uint8_t> codes, weights;  // codes: [taps][codeStride]
  int64_t codeStride;
  Buffer<int32_t> taps;

  Problem(GemmShape shape_, int rows_, int columns_, RowRange range_, std::vector<int32_t> table_,
          uint32_t seed)
      : shape(shape_),
        rows(rows_),
        columns(columns_),
        range(range_),
        table(std::move(table_)),
        narrow(int64_t{rows} * columns),
        codes(int64_t{shape.groups} * shape.positions * shape.taps),
        weights(int64_t{shape.groups} * shape.outputs * shape.taps),
        codeStride(int64_t{shape.groups} * shape.positions),
        taps(shape.taps) {
    std::mt19937 random(seed);
    for (int64_t k = 0; k < shape.taps; ++k) {
      taps[k] = static_cast<int32_t>(k * codeStride);
      for (int64_t m = 0; m < codeStride; ++m) {
        codes[k * codeStride + m] = static_cast<uint8_t>(
            range.first + static_cast<int>(random() % static_cast<unsigned>(range.count)));
      }
    }
    for (size_t i = 0; i < weights.size(); ++i) {
      weights.data()[i] = static_cast<uint8_t>(random() % static_cast<unsigned>(columns));
    }
  }

  // With 16-bit products where the table allows them.
  GemmOperands operands() {
    const TableRange values = tableRange(table.data(), table.size());
    DeviceTable onDevice{nullptr, nullptr, table.data(), 0, rows, columns, magnitude(values), range.shift};
    if (fitsNarrow(values)) {
      onDevice.offset = narrowOffset(values);
      narrowTable(table.data(), table.size(), onDevice.offset, narrow.data());
      onDevice.narrow = narrow.data();
      if (rows == 256 && columns == 256) {
        for (int64_t i = 0; i < 65536; ++i) narrowColumns[i % 256 * 256 + i / 256] = narrow[i];
        onDevice.columnsOf = narrowColumns.data();
      }
    }
    const CodePlaces places{
        codes.data(),    taps.data(), 0, shape.positions, shape.positions, shape.positions,
        shape.positions, 1,           0};
    return {shape, onDevice, range, places, weights.data()};
  }

  // As the epilogue stores them: [groups · outputs][positions].
  std::vector<int64_t> expected() {
    std::vector<int64_t> sums;
    for (int64_t n = 0; n < int64_t{shape.groups} * shape.outputs; ++n) {
      for (int64_t m = 0; m < shape.positions; ++m) {
        const int64_t code = n / shape.outputs * shape.positions + m;
        int64_t sum = 0;
        for (int64_t k = 0; k < shape.taps; ++k) {
          sum += table[static_cast<size_t>(codes[k * codeStride + code] * columns +
                                           weights[n * shape.taps + k])];
        }
        sums.push_back(sum);
      }
    }
    return sums;
  }
};

// A layer of one image that does nothing to its sums but bias and scale.
template <class Sum>
struct Layer {
  Buffer<Sum> constants;
  Buffer<float> scales, bias, values;
  Epilogue<Sum> epilogue{};

  Layer(Problem& problem, const DeviceTable& table)
      : constants(outputsOf(problem)),
        scales(outputsOf(problem)),
        bias(outputsOf(problem)),
        values(outputsOf(problem) * problem.shape.positions) {
    const GemmShape& shape = problem.shape;
    for (int64_t o = 0; o < outputsOf(problem); ++o) {
      const int64_t offset = table.narrow == nullptr ? 0 : int64_t{table.offset} * shape.taps;
      constants[o] = static_cast<Sum>(offset + o);
      scales[o] = 0.5f;
      bias[o] = static_cast<float>(-o);
    }
    epilogue.constants = constants.data();
    epilogue.scales = scales.data();
    epilogue.bias = bias.data();
    epilogue.positions = shape.positions;
    epilogue.outputs = static_cast<int32_t>(outputsOf(problem));
    epilogue.groupOutputs = shape.outputs;
    epilogue.imagesPerSet = 1;
    epilogue.low = -std::numeric_limits<float>::infinity();
    epilogue.high = std::numeric_limits<float>::infinity();
    epilogue.values = values.data();
    epilogue.outPlane = epilogue.outWidth = epilogue.outPitch = shape.positions;
    epilogue.channelStride = shape.positions;
  }

  static int64_t outputsOf(const Problem& problem) {
    return int64_t{problem.shape.groups} * problem.shape.outputs;
  }

  void expectSums(const std::vector<int64_t>& sums) {
    for (size_t i = 0; i < sums.size(); ++i) {
      const auto output = static_cast<int64_t>(i) / epilogue.positions;
      EXPECT(static_cast<float>(sums[i] + output) * 0.5f + bias[output] == values.data()[i]);
    }
  }
};

template <class Sum>
void checkGather(Problem& problem, const std::vector<int64_t>& expected) {
  const GemmOperands operands = problem.operands();
  Layer<Sum> layer(problem, operands.table);
  gatherGemm(operands, layer.epilogue, nullptr);
  layer.expectSums(expected);
}

void checkColumns(Problem& problem, const std::vector<int64_t>& expected) {
  const GemmOperands operands = problem.operands();
  EXPECT(fitsColumns(operands, kDevice));
  Layer<int32_t> layer(problem, operands.table);
  columnsGemm(operands, layer.epilogue, kDevice, nullptr);
  layer.expectSums(expected);
}

void checkDepthwise(Problem& problem, const std::vector<int64_t>& expected) {
  const GemmOperands operands = problem.operands();
  EXPECT(fitsDepthwise(operands));
  Layer<int32_t> layer(problem, operands.table);
  depthwiseGemm(operands, layer.epilogue, nullptr);
  layer.expectSums(expected);
}

template <class Sum>
void checkPackedRows(Problem& problem, const Tiling& tiling, const std::vector<int64_t>& expected) {
  constexpr bool kWide = sizeof(Sum) > sizeof(int32_t);
  const GemmOperands operands = problem.operands();
  Buffer<int16_t> rowTables(rowTableBytes(problem.shape, problem.range.distinct(), tiling) / 2);
  Buffer<int32_t> partials(partialBytes(problem.shape, tiling, kWide) / 4);
  Layer<Sum> layer(problem, operands.table);
  buildRowTables(operands, tiling, rowTables.data(), nullptr);
  packedRowsGemm(operands, tiling, rowTables.data(), partials.data(), layer.epilogue, nullptr);
  layer.expectSums(expected);
}

std::vector<int32_t> randomTable(int rows, int columns, int32_t low, int32_t high, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int32_t> values(low, high);
  std::vector<int32_t> table(static_cast<size_t>(rows * columns));
  for (auto& value : table) value = values(random);
  table.front() = low;  // so that T(0, 0) is not 0, and both ends occur
  table.back() = high;
  return table;
}

template <class Body>
void inAllSchedules(const Body& body) {
  for (const Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    for (const Copies copies : {Copies::kAtIssue, Copies::kAtWait}) {
      emulate::setSchedule({order, 11, copies});
      body();
    }
  }
  emulate::setSchedule({});
}

Tiling tilingOf(const GemmShape& shape, int rows, int columns, int threads, int positionsPerThread,
                int parts) {
  Tiling tiling{columns, threads, positionsPerThread, 0, 0, 0};
  tiling.pairsPerPart = static_cast<int>(ceilDivide(tapPairs(shape), parts));
  tiling.parts = static_cast<int>(ceilDivide(tapPairs(shape), tiling.pairsPerPart));
  tiling.stages = stagesThatFit(rows, tiling, 4, kDevice);
  return tiling;
}

TEST(cuda_tables_that_fit) {
  EXPECT(fitsNarrow({-32768, 32767}) && fitsNarrow({0, 65535}) && fitsNarrow({INT32_MIN, INT32_MIN + 65535}));
  EXPECT(!fitsNarrow({0, 65536}) && !fitsNarrow({-32769, 32767}) && !fitsNarrow({INT32_MIN, INT32_MAX}));
  EXPECT(narrowOffset({-32768, 32767}) == 0);
  EXPECT(magnitude({INT32_MIN, 5}) == int64_t{1} << 31 && magnitude({-3, 5}) == 5 && magnitude({2, 5}) == 5);
  EXPECT(sumsFit32(32767, 65536) && sumsFit32(INT32_MAX, 1) && sumsFit32(1, INT32_MAX));
  EXPECT(!sumsFit32(32768, 65536) && !sumsFit32(1, int64_t{1} << 31));
}

TEST(cuda_gather_of_odd_shapes) {
  uint32_t seed = 1;
  for (const GemmShape shape : {GemmShape{1, 1, 1, 1},
                                {3, 5, 16, 2},
                                {64, 64, 17, 1},
                                {65, 1, 33, 1},
                                {1, 66, 15, 3},
                                {130, 70, 3, 1}}) {
    Problem problem(shape, 256, 256, {0, 256}, randomTable(256, 256, -32768, 32767, seed), seed);
    const auto expected = problem.expected();
    inAllSchedules([&] {
      checkGather<int32_t>(problem, expected);
      checkGather<int64_t>(problem, expected);
    });
    ++seed;
  }
}

TEST(cuda_columns_of_odd_shapes) {
  uint32_t seed = 1;
  for (const GemmShape shape : {GemmShape{1, 1, 1, 1},
                                {3, 5, 16, 2},
                                {64, 8, 33, 1},
                                {65, 9, 70, 1},
                                {513, 1, 9, 5},
                                {511, 3, 31, 2}}) {
    Problem problem(shape, 256, 256, {128, 128}, randomTable(256, 256, -20000, 45000, seed), seed);
    const auto expected = problem.expected();
    inAllSchedules([&] { checkColumns(problem, expected); });
    ++seed;
  }
}

TEST(cuda_depthwise_of_odd_shapes) {
  uint32_t seed = 1;
  for (const GemmShape shape : {GemmShape{1, 1, 1, 1}, {1025, 1, 9, 3}, {255, 4, 12, 2}, {70, 3, 25, 1}}) {
    const RowRange rows = seed % 2 == 0 ? RowRange{128, 128} : RowRange{0, 256};
    Problem problem(shape, 256, 256, rows, randomTable(256, 256, -20000, 45000, seed), seed);
    const auto expected = problem.expected();
    inAllSchedules([&] { checkDepthwise(problem, expected); });
    ++seed;
  }
  EXPECT(!fitsDepthwise(
      Problem({9, 5, 4, 1}, 256, 256, {0, 256}, randomTable(256, 256, -5, 5, 1), 1).operands()));
  EXPECT(!fitsDepthwise(
      Problem({9, 1, 97, 1}, 256, 256, {0, 256}, randomTable(256, 256, -5, 5, 1), 1).operands()));
}

TEST(cuda_gather_of_any_table) {
  // Too wide for 16 bits; sums that need 64 bits; all of one extreme.
  for (const auto& [low, high] : {std::pair{-70000, 70000}, {INT32_MIN, INT32_MAX}, {INT32_MIN, INT32_MIN}}) {
    Problem problem({37, 9, 21, 1}, 256, 256, {0, 256}, randomTable(256, 256, low, high, 5), 6);
    const auto expected = problem.expected();
    checkGather<int64_t>(problem, expected);
    if (sumsFit32(21, problem.operands().table.magnitude)) checkGather<int32_t>(problem, expected);
  }
  Problem narrower({37, 9, 21, 1}, 16, 8, {0, 16}, randomTable(16, 8, -9, 200000, 7), 8);
  EXPECT(narrower.operands().table.narrow == nullptr);
  checkGather<int32_t>(narrower, narrower.expected());
}

// Every row the one of its number without the `shift` lowest bits.
std::vector<int32_t> tableOfEqualRows(int rows, int columns, int shift, uint32_t seed) {
  std::vector<int32_t> table = randomTable(rows, columns, -20000, 45000, seed);
  for (int i = 0; i < rows * columns; ++i) {
    table[static_cast<size_t>(i)] =
        table[static_cast<size_t>((i / columns >> shift << shift) * columns + i % columns)];
  }
  return table;
}

TEST(cuda_equal_rows_are_found) {
  for (const int shift : {0, 1, 3, 8}) {
    EXPECT(equalRowShift(tableOfEqualRows(256, 16, shift, 3).data(), 256, 16) == shift);
  }
  // Equal neighbours, of which one pair is none.
  std::vector<int32_t> table = tableOfEqualRows(16, 4, 1, 5);
  ++table[15 * 4 + 3];
  EXPECT(equalRowShift(table.data(), 16, 4) == 0);
  // Bits are left out from the lowest on.
  for (int i = 0; i < 4 * 2; ++i) table[static_cast<size_t>(i)] = i / 2 % 2;
  EXPECT(equalRowShift(table.data(), 4, 2) == 0);
}

TEST(cuda_packed_rows_of_equal_rows) {
  const GemmShape shape{70, 35, 9, 2};
  for (const RowRange range : {RowRange{0, 256, 2}, {128, 128, 1}, {64, 16, 3}}) {
    Problem problem(shape, 256, 256, range, tableOfEqualRows(256, 256, range.shift, 7), 9);
    const auto expected = problem.expected();
    for (const int columns : {16, 64}) {
      const Tiling tiling = tilingOf(shape, range.distinct(), columns, 256, 4, 2);
      inAllSchedules([&] { checkPackedRows<int32_t>(problem, tiling, expected); });
      checkPackedRows<int64_t>(problem, tiling, expected);
    }
    checkColumns(problem, expected);
    checkGather<int32_t>(problem, expected);
  }
}

TEST(cuda_packed_rows_of_odd_shapes) {
  uint32_t seed = 1;
  for (const int columns : {16, 32, 64}) {
    for (const auto& [threads, positions] : {std::pair{256, 4}, {256, 12}, {512, 12}}) {
      // Around the tiles of positions and outputs, and around pairs of taps and the stages.
      const int tile = tilePositions({columns, threads, positions, 0, 0, 0});
      for (const GemmShape shape : {GemmShape{1, 1, 1, 1},
                                    {tile, columns, 2, 1},
                                    {tile + 1, columns + 1, 7, 1},
                                    {tile - 1, columns - 1, 9, 2},
                                    {17, columns + 12, 12, 1}}) {
        Problem problem(shape, 256, 256, {0, 256}, randomTable(256, 256, -32768, 32767, seed), seed);
        const auto expected = problem.expected();
        checkPackedRows<int32_t>(problem, tilingOf(shape, 256, columns, threads, positions, 1), expected);
        ++seed;
      }
    }
  }
}

TEST(cuda_packed_rows_in_all_schedules) {
  const GemmShape shape{150, 67, 19, 1};
  Problem problem(shape, 256, 256, {128, 128}, randomTable(256, 256, -32768, 32767, 3), 3);
  const auto expected = problem.expected();
  inAllSchedules([&] {
    checkPackedRows<int32_t>(problem, tilingOf(shape, 128, 64, 256, 4, 1), expected);
    checkPackedRows<int32_t>(problem, tilingOf(shape, 128, 16, 256, 4, 3), expected);
  });
  for (const int stages : {2, 3}) {
    Tiling tiling = tilingOf(shape, 128, 32, 256, 4, 2);
    tiling.stages = stages;
    inAllSchedules([&] { checkPackedRows<int32_t>(problem, tiling, expected); });
  }
}

TEST(cuda_packed_rows_in_parts) {
  const GemmShape shape{21, 35, 23, 1};  // 12 pairs of taps
  Problem problem(shape, 256, 256, {0, 256}, randomTable(256, 256, -20000, 45000, 9), 9);
  EXPECT(problem.operands().table.offset != 0);
  const auto expected = problem.expected();
  for (const int parts : {1, 2, 5, 12}) {
    const Tiling tiling = tilingOf(shape, 256, 64, 256, 4, parts);
    checkPackedRows<int32_t>(problem, tiling, expected);
    checkPackedRows<int64_t>(problem, tiling, expected);
  }
}

TEST(cuda_packed_rows_of_narrower_tables) {
  for (const auto& [rows, columns] : {std::pair{2, 4}, {16, 16}, {64, 128}}) {
    const GemmShape shape{33, 20, 5, 1};
    Problem problem(shape, rows, columns, {0, rows}, randomTable(rows, columns, 1, 65536, 2), 4);
    checkPackedRows<int32_t>(problem, tilingOf(shape, rows, 32, 256, 4, 1), problem.expected());
  }
}

TEST(cuda_packed_rows_of_extreme_tables) {
  // Constant tables at the ends of 16 bits and of 32 bits: the offset must neither lose nor overflow
  // anything.
  for (const int32_t value : {-32768, 32767, 65535, -65536, INT32_MIN, INT32_MAX}) {
    const GemmShape shape{5, 6, 8, 1};
    Problem problem(shape, 4, 4, {0, 4}, std::vector<int32_t>(16, value), 1);
    const auto expected = problem.expected();
    const Tiling tiling = tilingOf(shape, 4, 16, 256, 4, 2);
    checkPackedRows<int64_t>(problem, tiling, expected);
    if (sumsFit32(shape.taps, problem.operands().table.magnitude))
      checkPackedRows<int32_t>(problem, tiling, expected);
  }
}

TEST(cuda_tilings_that_are_chosen) {
  for (const int sharedBytes : {48 << 10, 99 << 10, 163 << 10, 227 << 10}) {
    for (const int rows : {2, 128, 256}) {
      for (const GemmShape shape : {GemmShape{1, 1, 1, 1},
                                    {7, 10, 11, 1},
                                    {100352, 64, 576, 1},
                                    {64, 1000, 512, 1},
                                    {131072, 16, 144, 1},
                                    {3, 40, 200001, 1}}) {
        const Tiling tiling = chooseTiling(shape, rows, {132, sharedBytes});
        EXPECT(tiling.stages >= 2 && sharedBytesOf(rows, tiling, tiling.stages) <= sharedBytes);
        EXPECT(tiling.pairsPerPart <= kMostPairsOfPart);
        EXPECT(int64_t{tiling.parts} * tiling.pairsPerPart >= tapPairs(shape));
        EXPECT(int64_t{tiling.parts - 1} * tiling.pairsPerPart < tapPairs(shape));
        EXPECT(tiling.columns == chooseTiling({1, shape.outputs, 1, 1}, rows, {132, sharedBytes}).columns);
        if (shape.positions > 100 || shape.taps > 20) continue;
        Problem problem(shape, 256, 256, {0, rows}, randomTable(256, 256, -5, 1000, 2), 2);
        checkPackedRows<int32_t>(problem, tiling, problem.expected());
      }
    }
  }
  EXPECT(prefersPackedRows({100352, 64, 576, 1}, 256, {132, 227 << 10}));
  EXPECT(!prefersPackedRows({1, 64, 4, 1}, 256, {132, 227 << 10}));
}

TEST(cuda_rows_of_codes) {
  EXPECT(rowRange(0, 255, 0).first == 0 && rowRange(0, 255, 0).count == 256);
  EXPECT(rowRange(128, 255, 0).first == 128 && rowRange(128, 255, 0).count == 128);
  EXPECT(rowRange(127, 128, 0).count == 256);
  EXPECT(rowRange(7, 7, 0).first == 6 && rowRange(7, 7, 0).count == 2);
  EXPECT(rowRange(129, 140, 0).first == 128 && rowRange(129, 140, 0).count == 16);
  EXPECT(rowRange(128, 255, 2).count == 128 && rowRange(128, 255, 2).distinct() == 32);
  EXPECT(rowRange(129, 140, 8).shift == 3 && rowRange(129, 140, 8).distinct() == 2);
}

}  // namespace
}  // namespace approxtorch
