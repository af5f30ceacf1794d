// float32 convolutions and their transposes as indirect matrix products over framed planes.
#pragma once

#include <cstdint>
#include <vector>

#include "../plan/op.h"
#include "../spec/conv_shape.h"
#include "float_kernels.h"
#include "indirect_kernels.h"
#include "plane_frame.h"
#include "tap_axis.h"

namespace approxtorch {

class IndirectConvolution {
 public:
  struct Operands {
    const float* source;   // forward: x, backward: the gradient by y
    const float* weights;  // [outputs, groupChannels, kernelH, kernelW]
    const float* bias;     // one per target channel, or null
    const uint8_t* mask;   // a bit per target value: 0 clears it; or null
    Clamp clamp;
    float* target;
  };

  // y from x.
  static IndirectConvolution forward(const ConvShape& shape);
  // The gradient by x from that by y.
  static IndirectConvolution inputGradient(const ConvShape& shape);

  // Each result is summed in an order that the shapes alone decide.
  void run(RunContext& context, const Operands& operands) const;

 private:
  // Channels of a group, and how the weights are laid out along them.
  struct Channels {
    int64_t count, weightStride;
  };
  // Targets that see the same taps.
  struct Phase {
    int64_t firstRow, firstColumn;
    std::vector<int64_t> taps;   // indices in the kernel
    std::vector<int32_t> terms;  // [source channel of a block][tap]
    // Of a job, [image][row][column], filled up to whole tiles: where the sources and the sums lie.
    std::vector<int32_t> positions, targets;
    int64_t weights;  // where its packed weights lie in those of a group, in floats
  };
  struct Job;

  IndirectConvolution(const ConvShape& shape, TapAxis rows, TapAxis columns, Channels sources,
                      Channels targets);
  void chooseBlocks();
  void addPhase(const TapAxis::Phase& row, const TapAxis::Phase& column);
  void packWeights(RunContext& context, const float* weights, float* packed) const;
  void packPanel(const Phase& phase, const float* from, int64_t used, int64_t width, float* to) const;
  Ahead memoryAhead(const Job& job, const Operands& operands) const;
  void compute(const Job& job, const Operands& operands, const float* weights, float* work) const;
  void finish(const Job& job, int64_t panel, const Operands& operands, const float* sums,
              float* transposed) const;
  void store(const Operands& operands, int64_t channel, const float* from, int64_t count, int64_t at) const;
  int64_t positionsOf(const Job& job, const Phase& phase) const;
  // Positions of a job's sums, and one more that nobody reads.
  int64_t sumRows() const { return images_ * stripRows_ * stripColumns_ + 1; }
  // Between the channels of transposed sums; odd in cache lines like PlaneFrame::stride.
  int64_t transposedStride() const;

  int64_t batch_, groups_, taps_, kernelW_;
  TapAxis rows_, columns_;
  Channels sources_, targets_;
  int64_t groupWeights_;  // weights of a group

  PlaneFrame frame_{};
  int64_t blockSources_;  // source channels of a group that are framed at a time
  int64_t images_;        // of a job
  // Target rows and columns of a job; fewer than all columns only where there is one row of every phase.
  int64_t stripRows_, stripColumns_;
  std::vector<Phase> phases_;
  int64_t groupPacked_ = 0;  // packed weights of a group, in floats
  int64_t tiles_ = 0;        // of a job, for every panel and block of sources
};

}  // namespace approxtorch
