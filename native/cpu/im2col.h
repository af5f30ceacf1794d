// The columns of a convolution as panels of B for GemmTile, made where they are needed.
#pragma once

#include <cstdint>
#include <vector>

namespace approxtorch {

// A 2-D convolution over [batch, channels, height, width].
struct ConvShape {
  int64_t batch, channels, height, width;
  int64_t outputs, groups, kernelH, kernelW;
  int64_t strideH, strideW, dilationH, dilationW;
  int64_t padTop, padLeft;
  int64_t outHeight, outWidth;

  int64_t groupChannels() const { return channels / groups; }
  int64_t groupOutputs() const { return outputs / groups; }
  int64_t taps() const { return kernelH * kernelW; }
  // Length of the reduction.
  int64_t depth() const { return groupChannels() * taps(); }
  int64_t outPlane() const { return outHeight * outWidth; }
  // Columns of the whole batch: position p of image n is the column n·outPlane + p.
  int64_t columns() const { return batch * outPlane(); }
};

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
