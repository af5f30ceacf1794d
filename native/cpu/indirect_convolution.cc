#include "indirect_convolution.h"

#include "divide_up.h"
#include "transpose.h"

namespace approxtorch {
namespace {

constexpr int64_t kStorePositions = 256;  // transposed at a time

}  // namespace

// Some images, or some rows, or a part of one row of an image, by some panels of one group's target channels.
struct IndirectConvolution::Job {
  int64_t image, images;
  int64_t nextImage;                   // probably of the thread's next job
  int64_t row, rows, column, columns;  // of the target
  int64_t group, firstPanel, lastPanel;
};

// [group][phase][panel][source channel][tap][column]
void IndirectConvolution::packWeights(RunContext& context, const float* weights, float* packed) const {
  const Panels panels{targets_.count};
  context.pool().parallelFor(groups_ * panels.count(), 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t group = i / panels.count();
      const int64_t first = panels.first(i % panels.count());
      const float* from = weights + group * groupWeights_ + first * targets_.weightStride;
      for (const Phase& phase : phases_) {
        const int64_t depth = sources_.count * static_cast<int64_t>(phase.taps.size());
        packPanel(phase, from, panels.used(i % panels.count()), panels.width(i % panels.count()),
                  packed + group * groupPacked_ + phase.weights + first * depth);
      }
    }
  });
}

void IndirectConvolution::packPanel(const Phase& phase, const float* from, int64_t used, int64_t width,
                                    float* to) const {
  const auto taps = static_cast<int64_t>(phase.taps.size());
  const int64_t depth = sources_.count * taps;
  for (int64_t t = 0; used < width && t < depth; ++t)
    std::fill(to + t * width + used, to + (t + 1) * width, 0.0f);
  if (taps == taps_) {
    // Taps lie side by side, and where source channels follow one another so do all terms.
    const bool whole = sources_.weightStride == taps;
    const int64_t count = whole ? 1 : sources_.count;
    const int64_t terms = whole ? depth : taps;
    for (int64_t i = 0; i < count; ++i) {
      transposeCopy(from + i * sources_.weightStride, targets_.weightStride, to + i * terms * width, width,
                    used, terms);
    }
    return;
  }
  for (int64_t source = 0; source < sources_.count; ++source) {
    for (const int64_t tap : phase.taps) {
      const float* weight = from + source * sources_.weightStride + tap;
      for (int64_t j = 0; j < used; ++j) to[j] = weight[j * targets_.weightStride];
      to += width;
    }
  }
}

void IndirectConvolution::run(RunContext& context, const Operands& operands) const {
  float* weights = context.sharedScratch<float>(groups_ * groupPacked_);
  packWeights(context, operands.weights, weights);

  const int64_t panels = Panels{targets_.count}.count();
  const int64_t across = divideUp(columns_.targets, stripColumns_);
  const int64_t strips = divideUp(rows_.targets, stripRows_) * across;
  const int64_t places = divideUp(batch_, images_) * strips * groups_;
  // Where there are few of them the target channels are divided, too, so that every thread has work.
  const int64_t wanted = context.pool().size() == 1 ? 1 : 4 * context.pool().size();
  const int64_t parts = std::min(panels, divideUp(wanted, places));
  const int64_t partPanels = divideUp(panels, parts);
  const int64_t frames = images_ * blockSources_ * frame_.stride() + kFrameSlack;
  context.pool().parallelFor(places * parts, 1, [&](int64_t begin, int64_t end, int thread) {
    const int64_t sums = sumRows() * Panels{targets_.count}.packedColumns();
    float* work =
        context.threadScratch<float>(thread, frames + sums + indirectKernels().columns * transposedStride());
    for (int64_t i = begin; i < end; ++i) {
      const int64_t part = i % parts;
      const int64_t group = i / parts % groups_;
      const int64_t strip = i / parts / groups_ % strips;
      const int64_t row = strip / across * stripRows_;
      const int64_t column = strip % across * stripColumns_;
      const int64_t image = i / parts / groups_ / strips * images_;
      compute({image, std::min(images_, batch_ - image), image + context.pool().size() * images_, row,
               std::min(stripRows_, rows_.targets - row), column,
               std::min(stripColumns_, columns_.targets - column), group, std::min(panels, part * partPanels),
               std::min(panels, (part + 1) * partPanels)},
              operands, weights, work);
    }
  });
}

int64_t IndirectConvolution::transposedStride() const {
  const int64_t most = std::max(kStorePositions, stripColumns_);
  return ((most + 15) / 16 | 1) * 16;
}

int64_t IndirectConvolution::positionsOf(const Job& job, const Phase& phase) const {
  return job.images * rows_.positions(phase.firstRow, job.rows) *
         columns_.positions(phase.firstColumn, job.columns);
}

void IndirectConvolution::compute(const Job& job, const Operands& operands, const float* weights,
                                  float* work) const {
  const IndirectKernels& kernels = indirectKernels();
  const Panels panels{targets_.count};
  const int64_t sourcePlane = rows_.sources * columns_.sources;
  const int64_t imageFrames = blockSources_ * frame_.stride();
  float* const sums = work + images_ * imageFrames + kFrameSlack;
  float* const transposed = sums + sumRows() * panels.packedColumns();
  const int64_t top = rows_.origin + job.row / rows_.step * rows_.advance;
  PlaneFrame frame = frame_;
  frame.left = columns_.origin + job.column / columns_.step * columns_.advance;
  if (!rows_.complete || !columns_.complete) std::fill(sums, transposed, 0.0f);
  Ahead ahead = memoryAhead(job, operands);
  for (int64_t first = 0; first < sources_.count; first += blockSources_) {
    const int64_t sources = std::min(blockSources_, sources_.count - first);
    for (int64_t n = 0; n < job.images; ++n) {
      const int64_t channel = ((job.image + n) * groups_ + job.group) * sources_.count + first;
      copyFrames(frame, top, sources, operands.source + channel * sourcePlane, work + n * imageFrames);
    }
    for (const Phase& phase : phases_) {
      const auto taps = static_cast<int64_t>(phase.taps.size());
      for (int64_t panel = job.firstPanel; panel < job.lastPanel; ++panel) {
        const int64_t width = panels.width(panel);
        IndirectProduct product{};
        product.base = work;
        product.rows = phase.positions.data();
        product.targets = phase.targets.data();
        product.rowCount = divideUp(positionsOf(job, phase), kernels.rows) * kernels.rows;
        product.terms = phase.terms.data();
        product.depth = sources * taps;
        product.b = weights + job.group * groupPacked_ + phase.weights +
                    panels.first(panel) * sources_.count * taps + first * taps * width;
        product.columns = width;
        product.c = sums + panels.first(panel) * sumRows();
        product.accumulate = first > 0;
        product.ahead = &ahead;
        kernels.product(product);
      }
    }
  }
  for (int64_t panel = job.firstPanel; panel < job.lastPanel; ++panel) {
    finish(job, panel, operands, sums + panels.first(panel) * sumRows(), transposed);
  }
}

// What the job writes, and what the thread's next one probably reads, where these are single pieces of
// memory.
Ahead IndirectConvolution::memoryAhead(const Job& job, const Operands& operands) const {
  const int64_t panels = Panels{targets_.count}.count();
  const bool whole = groups_ == 1 && stripRows_ == rows_.targets && stripColumns_ == columns_.targets &&
                     job.firstPanel == 0 && job.lastPanel == panels;
  if (!whole || tiles_ == 0) return {};
  const int64_t tiles = tiles_ * panels * divideUp(sources_.count, blockSources_);
  const int64_t source = sources_.count * rows_.sources * columns_.sources;
  const int64_t target = targets_.count * rows_.targets * columns_.targets;
  const int64_t next = std::min(images_, std::max<int64_t>(0, batch_ - job.nextImage));
  Ahead ahead;
  ahead.first = rangeAhead(operands.source + job.nextImage * source, next * source * 4, tiles);
  ahead.written = rangeAhead(operands.target + job.image * target, job.images * target * 4, tiles);
  return ahead;
}

// From sums [position][column] to the target's planes, a few rows at a time.
void IndirectConvolution::finish(const Job& job, int64_t panel, const Operands& operands, const float* sums,
                                 float* transposed) const {
  const Panels panels{targets_.count};
  const int64_t width = panels.width(panel);
  // Whole rows lie one behind the other in the target: they are stored as one.
  const bool whole = job.columns == columns_.targets;
  const int64_t chunk = whole ? std::max<int64_t>(1, kStorePositions / job.columns) : 1;
  for (int64_t n = 0; n < job.images; ++n) {
    const int64_t channel = job.group * targets_.count + panels.first(panel);
    const int64_t plane = (job.image + n) * groups_ * targets_.count + channel;
    for (int64_t row = 0; row < job.rows; row += chunk) {
      const int64_t count = std::min(chunk, job.rows - row) * job.columns;
      const float* from = sums + (n * stripRows_ + row) * stripColumns_ * width;
      transposeCopy(from, width, transposed, transposedStride(), count, panels.used(panel));
      for (int64_t c = 0; c < panels.used(panel); ++c) {
        const int64_t at = ((plane + c) * rows_.targets + job.row + row) * columns_.targets + job.column;
        store(operands, channel + c, transposed + c * transposedStride(), count, at);
      }
    }
  }
}

// A run of a target channel's values, from target[at] on.
void IndirectConvolution::store(const Operands& operands, int64_t channel, const float* from, int64_t count,
                                int64_t at) const {
  float* to = operands.target + at;
  if (operands.mask != nullptr) {
    indirectKernels().copyMasked(from, operands.mask, at, count, to);
    return;
  }
  static constexpr float kZero = 0.0f;
  const float* bias = operands.bias == nullptr ? &kZero : operands.bias + channel;
  floatKernels().binary[static_cast<int>(Binary::kAdd)][static_cast<int>(approxtorch::Operands::kFirst)](
      from, bias, to, count, operands.clamp);
}

}  // namespace approxtorch
