// The columns of a convolution as panels of B for GemmTile, made where they are needed.
#pragma once

#include <cstdint>
#include <vector>

#include "conv_shape.h"

namespace approxtorch {

// Where the taps of one panel's columns lie in the image.
class PanelTaps {
 public:
  // Locates the columns [first, first + count) of a group, count ≤ width.
  void locate(const ConvShape& shape, int64_t first, int64_t count, int64_t width);
  // Writes the rows [begin, end) of the reduction: [end − begin][width].
  // `x` is the input tensor, `group` the group's first channel in it.
  void pack(const ConvShape& shape, const float* x, int64_t group, int64_t begin, int64_t end,
            float* panel) const;

 private:
  // Columns of the panel that belong to one output row: their first input for tap (0, 0).
  struct Row {
    int64_t image;  // row of the input tensor where the image begins
    int64_t iy, ix;
    int64_t column, length;
  };
  // What one tap reads for the columns of one row: the inputs at source + i·strideW, of which those with
  // begin ≤ i < end are no padding.
  struct Run {
    int64_t source, begin, end;
  };

  struct Channels {
    int64_t first, count;
  };

  template <int stride>
  void packRun(const ConvShape& shape, const float* x, const Channels& channels, const Row& row,
               const Run& run, float* panel) const;

  int64_t width_ = 0;
  std::vector<Row> rows_;
  std::vector<Run> taps_;  // [tap][row]
};

}  // namespace approxtorch
