// The gradient of a convolution by its weights as an indirect matrix product over framed planes.
#pragma once

#include <cstdint>
#include <vector>

#include "../plan/op.h"
#include "conv_gradient.h"
#include "indirect_kernels.h"
#include "plane_frame.h"

namespace approxtorch {

// dw[o][c][tap] = Σ over images and positions of g[o][position] · x[c][position + tap]: an indirect product
// whose rows are (c, tap) and whose terms are positions.
class IndirectWeightGradient : public WeightGradient {
 public:
  explicit IndirectWeightGradient(const ConvShape& shape);

  // Sums are made in parts and added in an order that the shape alone decides.
  void run(RunContext& context, const float* g, const ConvInput& x, float* dw) override;

 private:
  // Output positions that are handled at a time: some images, or some rows, or a part of one row.
  struct Unit {
    int64_t image, images, row, rows, column, columns;
  };

  void chooseBlocks();
  void makeOffsets();
  Unit unit(int64_t index) const;
  int64_t blocksOfGroup() const;
  // Floats of one block's sums: [panel][row][column].
  int64_t blockFloats() const;
  void computeJob(int64_t split, int64_t block, const float* g, const ConvInput& x, float* sums,
                  float* work) const;
  Ahead memoryAhead(const Unit& unit, const float* g, const ConvInput& x) const;
  void packGradient(const Unit& unit, int64_t output, const float* g, int64_t used, int64_t width,
                    float* packed) const;
  void addSplits(RunContext& context, const float* sums, float* dw) const;

  ConvShape shape_;
  PlaneFrame frame_{};
  int64_t images_, stripRows_, stripColumns_;  // of a unit
  int64_t units_;
  int64_t blockChannels_;       // input channels of a group that a job handles
  int64_t splits_;              // parts of the units, each summed by itself
  std::vector<int32_t> rows_;   // (channel of a block, tap), filled up to whole tiles
  std::vector<int32_t> terms_;  // positions of a unit: [image][row][column]
};

}  // namespace approxtorch
