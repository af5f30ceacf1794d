// How an indirect convolution is divided into jobs, and the offsets of its products.
#include <algorithm>

#include "divide_up.h"
#include "indirect_convolution.h"

namespace approxtorch {
namespace {

constexpr int64_t kDepth = 640;            // terms of a product at a time: a panel of weights is 80 kB then
constexpr int64_t kFrameFloats = 1 << 16;  // 256 kB, beside the weights in the second cache
constexpr int64_t kSumFloats = 1 << 16;
constexpr int64_t kLeastColumns = 256;  // of a part of a row
constexpr int64_t kJobPositions = 128;  // so that small images fill their tiles

WindowAxis rowsOf(const ConvShape& s) {
  return {s.height, s.outHeight, s.kernelH, s.strideH, s.dilationH, s.padTop};
}
WindowAxis columnsOf(const ConvShape& s) {
  return {s.width, s.outWidth, s.kernelW, s.strideW, s.dilationW, s.padLeft};
}

}  // namespace

IndirectConvolution IndirectConvolution::forward(const ConvShape& s) {
  return {s,
          forwardTaps(rowsOf(s)),
          forwardTaps(columnsOf(s)),
          {s.groupChannels(), s.taps()},
          {s.groupOutputs(), s.depth()}};
}

IndirectConvolution IndirectConvolution::inputGradient(const ConvShape& s) {
  return {s,
          transposedTaps(rowsOf(s)),
          transposedTaps(columnsOf(s)),
          {s.groupOutputs(), s.depth()},
          {s.groupChannels(), s.taps()}};
}

IndirectConvolution::IndirectConvolution(const ConvShape& shape, TapAxis rows, TapAxis columns,
                                         Channels sources, Channels targets)
    : batch_(shape.batch),
      groups_(shape.groups),
      taps_(shape.taps()),
      kernelW_(shape.kernelW),
      rows_(std::move(rows)),
      columns_(std::move(columns)),
      sources_(sources),
      targets_(targets),
      groupWeights_(shape.groupOutputs() * shape.depth()) {
  chooseBlocks();
  for (const TapAxis::Phase& row : rows_.phases) {
    for (const TapAxis::Phase& column : columns_.phases) addPhase(row, column);
  }
}

void IndirectConvolution::chooseBlocks() {
  stripRows_ = rows_.targets;
  stripColumns_ = columns_.targets;
  const int64_t blocks = divideUp(sources_.count, std::max<int64_t>(1, kDepth / taps_));
  blockSources_ = divideUp(sources_.count, blocks);
  const int64_t packedTargets = Panels{targets_.count}.packedColumns();
  const auto frameFits = [&] {
    frame_ = {rows_.sources, columns_.sources, rows_.extent(stripRows_), columns_.extent(stripColumns_), 0};
    return blockSources_ * frame_.stride() <= kFrameFloats;
  };
  const auto fits = [&] { return frameFits() && stripRows_ * stripColumns_ * packedTargets <= kSumFloats; };
  const auto halve = [](int64_t size, int64_t step) { return divideUp(divideUp(size, 2), step) * step; };
  while (!fits() && stripRows_ > rows_.step) stripRows_ = halve(stripRows_, rows_.step);
  while (!fits() && stripColumns_ > std::max(kLeastColumns, columns_.step)) {
    stripColumns_ = halve(stripColumns_, columns_.step);
  }
  while (!frameFits() && blockSources_ > 1) blockSources_ = divideUp(blockSources_, 2);
  images_ = 1;
  if (stripRows_ >= rows_.targets && stripColumns_ >= columns_.targets) {
    const int64_t plane = rows_.targets * columns_.targets;
    images_ = std::clamp<int64_t>(
        std::min({divideUp(kJobPositions, plane), kFrameFloats / (blockSources_ * frame_.stride()),
                  kSumFloats / (plane * packedTargets)}),
        1, batch_);
  }
}

void IndirectConvolution::addPhase(const TapAxis::Phase& row, const TapAxis::Phase& column) {
  Phase phase{row.first, column.first, {}, {}, {}, {}, groupPacked_};
  for (int64_t source = 0; source < blockSources_; ++source) {
    for (const TapAxis::Tap& y : row.taps) {
      for (const TapAxis::Tap& x : column.taps) {
        if (source == 0) phase.taps.push_back(y.index * kernelW_ + x.index);
        const int64_t offset = y.offset * frame_.pitch + x.offset;
        phase.terms.push_back(static_cast<int32_t>(source * frame_.stride() + offset));
      }
    }
  }
  for (int64_t image = 0; image < images_; ++image) {
    for (int64_t i = 0; i < rows_.positions(row.first, stripRows_); ++i) {
      for (int64_t j = 0; j < columns_.positions(column.first, stripColumns_); ++j) {
        const int64_t offset = i * rows_.advance * frame_.pitch + j * columns_.advance;
        const int64_t y = row.first + i * rows_.step;
        const int64_t x = column.first + j * columns_.step;
        phase.positions.push_back(static_cast<int32_t>(image * blockSources_ * frame_.stride() + offset));
        phase.targets.push_back(static_cast<int32_t>((image * stripRows_ + y) * stripColumns_ + x));
      }
    }
  }
  while (phase.positions.size() % static_cast<size_t>(indirectKernels().rows) != 0) {
    phase.positions.push_back(0);
    phase.targets.push_back(static_cast<int32_t>(sumRows() - 1));
  }
  tiles_ += static_cast<int64_t>(phase.positions.size()) / indirectKernels().rows;
  groupPacked_ +=
      sources_.count * static_cast<int64_t>(phase.taps.size()) * Panels{targets_.count}.packedColumns();
  phases_.push_back(std::move(phase));
}

}  // namespace approxtorch
