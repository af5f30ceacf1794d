#include "indirect_weight_gradient.h"

#include <algorithm>

#include "divide_up.h"
#include "transpose.h"

namespace approxtorch {
namespace {

constexpr int64_t kPositions = 512;        // of a unit, so that loading and storing sums costs little
constexpr int64_t kMostPositions = 1024;   // 128 kB of gradients
constexpr int64_t kLeastColumns = 256;     // of a part of a row
constexpr int64_t kFrameFloats = 1 << 17;  // 512 kB: half of the second cache
constexpr int64_t kSplitFloats = 1 << 19;  // of all parts' sums, 2 MB
constexpr int64_t kMostSplits = 32;
constexpr int64_t kJobs = 12;         // wanted, so that many threads have work
constexpr int64_t kReducedRows = 64;  // rows of sums that are added at a time

}  // namespace

IndirectWeightGradient::IndirectWeightGradient(const ConvShape& shape) : shape_(shape) {
  chooseBlocks();
  makeOffsets();
}

void IndirectWeightGradient::chooseBlocks() {
  const ConvShape& s = shape_;
  const int64_t weights = s.groups * s.depth() * Panels{s.groupOutputs()}.packedColumns();
  const int64_t mostSplits = std::clamp<int64_t>(kSplitFloats / weights, 1, kMostSplits);
  blockChannels_ = divideUp(s.groupChannels(), divideUp(kJobs, mostSplits * s.groups));
  stripRows_ = s.outHeight;
  stripColumns_ = s.outWidth;
  const auto frameFits = [&] {
    frame_ = {s.height, s.width, (stripRows_ - 1) * s.strideH + (s.kernelH - 1) * s.dilationH + 1,
              (stripColumns_ - 1) * s.strideW + (s.kernelW - 1) * s.dilationW + 1, 0};
    return blockChannels_ * frame_.stride() <= kFrameFloats;
  };
  const auto fits = [&] { return frameFits() && stripRows_ * stripColumns_ <= kMostPositions; };
  while (!fits() && stripRows_ > 1) stripRows_ = divideUp(stripRows_, 2);
  while (!fits() && stripColumns_ > kLeastColumns) stripColumns_ = divideUp(stripColumns_, 2);
  while (!frameFits() && blockChannels_ > 1) blockChannels_ = divideUp(blockChannels_, 2);
  images_ = 1;
  if (stripRows_ == s.outHeight && stripColumns_ == s.outWidth) {
    images_ = std::clamp<int64_t>(
        std::min(divideUp(kPositions, s.outPlane()), kFrameFloats / (blockChannels_ * frame_.stride())), 1,
        s.batch);
  }
  units_ =
      divideUp(s.batch, images_) * divideUp(s.outHeight, stripRows_) * divideUp(s.outWidth, stripColumns_);
  splits_ = std::min(units_, mostSplits);
}

void IndirectWeightGradient::makeOffsets() {
  const ConvShape& s = shape_;
  const auto offset = [&](int64_t plane, int64_t row, int64_t column) {
    return static_cast<int32_t>(plane * frame_.stride() + row * frame_.pitch + column);
  };
  for (int64_t c = 0; c < blockChannels_; ++c) {
    for (int64_t y = 0; y < s.kernelH; ++y) {
      for (int64_t x = 0; x < s.kernelW; ++x) rows_.push_back(offset(c, y * s.dilationH, x * s.dilationW));
    }
  }
  while (rows_.size() % static_cast<size_t>(indirectKernels().rows) != 0) rows_.push_back(0);
  for (int64_t n = 0; n < images_; ++n) {
    for (int64_t y = 0; y < stripRows_; ++y) {
      for (int64_t x = 0; x < stripColumns_; ++x) {
        terms_.push_back(offset(n * blockChannels_, y * s.strideH, x * s.strideW));
      }
    }
  }
}

IndirectWeightGradient::Unit IndirectWeightGradient::unit(int64_t index) const {
  const int64_t across = divideUp(shape_.outWidth, stripColumns_);
  const int64_t strips = divideUp(shape_.outHeight, stripRows_) * across;
  const int64_t image = index / strips * images_;
  const int64_t row = index % strips / across * stripRows_;
  const int64_t column = index % across * stripColumns_;
  return {image,  std::min(images_, shape_.batch - image),
          row,    std::min(stripRows_, shape_.outHeight - row),
          column, std::min(stripColumns_, shape_.outWidth - column)};
}

int64_t IndirectWeightGradient::blocksOfGroup() const {
  return divideUp(shape_.groupChannels(), blockChannels_);
}

int64_t IndirectWeightGradient::blockFloats() const {
  return static_cast<int64_t>(rows_.size()) * Panels{shape_.groupOutputs()}.packedColumns();
}

void IndirectWeightGradient::run(RunContext& context, const float* g, const ConvInput& x, float* dw) {
  const int64_t blocks = shape_.groups * blocksOfGroup();
  const int64_t frames = images_ * blockChannels_ * frame_.stride() + kFrameSlack;
  const int64_t packed = static_cast<int64_t>(terms_.size()) * kMaxIndirectColumns;
  float* sums = context.sharedScratch<float>(splits_ * blocks * blockFloats());
  context.pool().parallelFor(splits_ * blocks, 1, [&](int64_t begin, int64_t end, int thread) {
    float* work = context.threadScratch<float>(thread, frames + packed);
    for (int64_t i = begin; i < end; ++i) {
      computeJob(i / blocks, i % blocks, g, x, sums + i * blockFloats(), work);
    }
  });
  addSplits(context, sums, dw);
}

void IndirectWeightGradient::computeJob(int64_t split, int64_t block, const float* g, const ConvInput& x,
                                        float* sums, float* work) const {
  const ConvShape& s = shape_;
  const int64_t group = block / blocksOfGroup();
  const int64_t channel = block % blocksOfGroup() * blockChannels_;
  const int64_t channels = std::min(blockChannels_, s.groupChannels() - channel);
  const int64_t imageFrames = blockChannels_ * frame_.stride();
  const int64_t tile = indirectKernels().rows;
  const Panels panels{s.groupOutputs()};
  float* const packed = work + images_ * imageFrames + kFrameSlack;
  const int64_t firstUnit = split * units_ / splits_;
  const int64_t lastUnit = (split + 1) * units_ / splits_;
  for (int64_t index = firstUnit; index < lastUnit; ++index) {
    const Unit u = unit(index);
    PlaneFrame frame = frame_;
    frame.left = u.column * s.strideW - s.padLeft;
    for (int64_t n = 0; n < u.images; ++n) {
      x.copy(frame, u.image + n, group * s.groupChannels() + channel, channels, u.row * s.strideH - s.padTop,
             work + n * imageFrames);
    }
    Ahead ahead = index + 1 < lastUnit ? memoryAhead(unit(index + 1), g, x) : Ahead{};
    for (int64_t panel = 0; panel < panels.count(); ++panel) {
      IndirectProduct product{};
      product.ahead = &ahead;
      product.base = work;
      product.rows = rows_.data();
      product.rowCount = divideUp(channels * s.taps(), tile) * tile;
      product.terms = terms_.data();
      product.depth = u.images * u.rows * u.columns;
      product.b = packed;
      product.columns = panels.width(panel);
      product.c = sums + panels.first(panel) * static_cast<int64_t>(rows_.size());
      product.accumulate = index > firstUnit;
      packGradient(u, group * s.groupOutputs() + panels.first(panel), g, panels.used(panel), product.columns,
                   packed);
      indirectKernels().product(product);
    }
  }
}

// What a unit reads, where these are single pieces of memory.
Ahead IndirectWeightGradient::memoryAhead(const Unit& u, const float* g, const ConvInput& x) const {
  const ConvShape& s = shape_;
  const bool whole =
      s.groups == 1 && blocksOfGroup() == 1 && u.rows == s.outHeight && u.columns == s.outWidth;
  if (!whole) return {};
  const int64_t tiles =
      static_cast<int64_t>(rows_.size()) / indirectKernels().rows * Panels{s.outputs}.count();
  const int64_t image = s.outputs * s.outPlane();
  const ConvInput::Memory input = x.memory(u.image);
  Ahead ahead;
  ahead.first = rangeAhead(g + u.image * image, u.images * image * 4, tiles);
  ahead.second = rangeAhead(input.data, u.images * input.bytes, tiles);
  return ahead;
}

// The gradients of `used` outputs, [position][width].
void IndirectWeightGradient::packGradient(const Unit& u, int64_t output, const float* g, int64_t used,
                                          int64_t width, float* packed) const {
  const ConvShape& s = shape_;
  const int64_t positions = u.rows * u.columns;
  for (int64_t i = 0; used < width && i < u.images * positions; ++i) {
    std::fill(packed + i * width + used, packed + (i + 1) * width, 0.0f);
  }
  for (int64_t n = 0; n < u.images; ++n) {
    const float* from =
        g + ((u.image + n) * s.outputs + output) * s.outPlane() + u.row * s.outWidth + u.column;
    transposeCopy(from, s.outPlane(), packed + n * positions * width, width, used, positions);
  }
}

// dw from the sums of all splits: [split][block][panel][row][column].
void IndirectWeightGradient::addSplits(RunContext& context, const float* sums, float* dw) const {
  const ConvShape& s = shape_;
  const Panels panels{s.groupOutputs()};
  const int64_t blocks = s.groups * blocksOfGroup();
  const int64_t chunks = divideUp(blockChannels_ * s.taps(), kReducedRows);
  context.pool().parallelFor(blocks * panels.count() * chunks, 8, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t block = i / chunks / panels.count();
      const int64_t panel = i / chunks % panels.count();
      const int64_t width = panels.width(panel);
      const int64_t firstChannel = block % blocksOfGroup() * blockChannels_;
      const int64_t channels = std::min(blockChannels_, s.groupChannels() - firstChannel);
      const int64_t row = i % chunks * kReducedRows;
      const int64_t count = std::min(kReducedRows, channels * s.taps() - row);
      if (count <= 0) continue;
      float total[kReducedRows * kMaxIndirectColumns];
      const float* from = sums + block * blockFloats() +
                          panels.first(panel) * static_cast<int64_t>(rows_.size()) + row * width;
      std::copy_n(from, count * width, total);
      for (int64_t split = 1; split < splits_; ++split) {
        const float* part = from + split * blocks * blockFloats();
        for (int64_t j = 0; j < count * width; ++j) total[j] += part[j];
      }
      const int64_t output = block / blocksOfGroup() * s.groupOutputs() + panels.first(panel);
      transposeCopy(total, width, dw + output * s.depth() + firstChannel * s.taps() + row, s.depth(), count,
                    panels.used(panel));
    }
  });
}

}  // namespace approxtorch
