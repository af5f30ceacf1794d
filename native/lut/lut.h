// A multiplier's table in the forms that the kernels read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "../spec/operands.h"

namespace approxtorch {

// Columns T(·, w) − slope·value(·), reduced modulo 2^16, for kernels that sum in 16-bit lanes. The linear
// part that was taken out is put back from the sum of the activation codes.
struct Columns16 {
  // [w][a], followed by one vector of slack that transposing loads may read.
  std::vector<int16_t> data;
  // Smallest and largest value of each column over the rows that were asked for, before the reduction.
  std::array<int64_t, kOperands> low{};
  std::array<int64_t, kOperands> high{};

  const int16_t* column(int w) const { return data.data() + static_cast<size_t>(w) * kOperands; }
};

// Columns T(·, w) above their minima as byte planes [256 weights][low, high][256 codes], for byte
// permutations.
struct BytePlanes {
  std::vector<uint8_t> data;
  std::array<int32_t, kOperands> low{};  // what was taken off each column
  // Whether a column's values, over the rows that were asked for, fit 16 bits.
  std::array<bool, kOperands> fits{};
};

// Immutable after creation; shared between plans and threads.
class Lut {
 public:
  // table: int32 [256][256], row = activation index, column = weight index (numerics.md §1).
  static std::shared_ptr<const Lut> create(const int32_t* table);

  const int32_t* row(int a) const { return rows_.data() + static_cast<size_t>(a) * kOperands; }
  // The transposed table: T(·, w) for one weight index.
  const int32_t* column(int w) const { return columns_.data() + static_cast<size_t>(w) * kOperands; }
  // max |T| over the whole table.
  int64_t magnitude() const { return magnitude_; }

  // rows: the indices that can occur.
  std::shared_ptr<const BytePlanes> bytePlanes(int rowLo, int rowHi) const;
  // slope: per unit of the activation's index; rows: the indices that can occur.
  std::shared_ptr<const Columns16> columns16(int slope, int rowLo, int rowHi) const;

 private:
  struct CachedColumns {
    int slope, rowLo, rowHi;
    std::shared_ptr<const Columns16> columns;
  };
  struct CachedPlanes {
    int rowLo, rowHi;
    std::shared_ptr<const BytePlanes> planes;
  };

  Lut() = default;

  std::vector<int32_t> rows_, columns_;
  int64_t magnitude_ = 0;
  mutable std::mutex mutex_;
  mutable std::vector<CachedColumns> cache_;
  mutable std::vector<CachedPlanes> planes_;
};

}  // namespace approxtorch
