#include "epilogue.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace approxtorch::lut {

// Positions of a tile that are consecutive in the output too.
struct Epilogue::Run {
  int64_t offset;  // of the first one in the first channel's plane, from the start of the output
  int64_t start;   // in the tile
  int64_t count;
};

// Consecutive positions of a tile that share their parameters; they lie in one image unless the batch has one
// set of parameters and the images are small.
struct Epilogue::Segment {
  int64_t image;     // of the first position
  int64_t position;  // of the first one, in its image
  int64_t offset;    // in the tile
  int64_t count;
  int runs;
  std::array<Run, kTile> run;
};

namespace {

// Below this many positions an image's results are gathered over images before they are stored.
constexpr int64_t kSmallPlane = 16;

}  // namespace

void sumWeights(EpilogueLayer& layer) {
  const int64_t reduction = layer.geometry.reduction();
  layer.weightSums.assign(static_cast<size_t>(layer.geometry.outputs), reduction * layer.weightFirst);
  for (int64_t o = 0; o < layer.geometry.outputs; ++o) {
    const uint8_t* weights = layer.weights + o * reduction;
    layer.weightSums[o] += std::accumulate(weights, weights + reduction, int64_t{0});
  }
}

Epilogue::Epilogue(const EpilogueLayer& layer, const LutGemm& gemm, const Lut& lut,
                   std::vector<ActivationQuantization> quantization, const uint8_t* codes,
                   const LayerOutput& output, RunContext& context)
    : layer_(layer),
      quantization_(std::move(quantization)),
      codes_(codes),
      output_(output),
      offsets_(layer.geometry.reductionOffsets()) {
  const ConvGeometry& g = layer.geometry;
  const int64_t reduction = g.reduction();
  const int64_t taps = g.taps();
  for (int64_t o = 0; o < g.outputs; ++o) {
    slopes_.push_back(gemm.slope() - static_cast<int64_t>(layer.weightZeroPoints[o]));
    needsCodeSums_ = needsCodeSums_ || slopes_.back() != 0;
  }
  if (layer.skipPadding) tapErrors_.assign(quantization_.size() * static_cast<size_t>(g.outputs * taps), 0);
  for (size_t set = 0; set < quantization_.size(); ++set) {
    const int64_t za = quantization_[set].zeroPoint;
    const int32_t* padRow = lut.row(static_cast<int>(za - layer.activationFirst));
    for (int64_t o = 0; o < g.outputs; ++o) {
      const int64_t zw = layer.weightZeroPoints[o];
      // With indices i = a − first, Σ a = Σ i + K·first; the part in Σ i is in slopes_.
      constants_.push_back(gemm.constant(o) - zw * reduction * layer.activationFirst -
                           za * layer.weightSums[o] + reduction * za * zw);
      scales_.push_back(quantization_[set].scale * layer.weightScales[o]);
      if (!layer.skipPadding) continue;
      const uint8_t* weights = layer.weights + o * reduction;
      // A tap in the padding has added T(z_a, w) − z_a·w, all correction terms taken together.
      int64_t* errors = &tapErrors_[(set * g.outputs + o) * taps];
      for (int64_t k = 0; k < reduction; ++k) {
        errors[k % taps] += padRow[weights[k]] - za * (weights[k] + layer.weightFirst);
      }
    }
  }
  if (needsCodeSums_ && g.groups == 1) sumCodes(context);
}

// Σ_k of the activation indices at every position: sum over the channels first, then over the taps.
void Epilogue::sumCodes(RunContext& context) {
  const ConvGeometry& g = layer_.geometry;
  codeSums_ = context.sharedScratch<int32_t>(g.positions());
  context.pool().parallelFor(g.batch, 1, [&](int64_t begin, int64_t end, int) {
    std::vector<int32_t> plane;
    std::vector<int32_t> positions(static_cast<size_t>(g.outPlane()));
    g.positionOffsets(0, g.outPlane(), positions.data());
    for (int64_t n = begin; n < end; ++n) {
      plane.assign(static_cast<size_t>(g.plane()), 0);
      kernels().addPlanes(codes_ + n * g.channels * g.plane(), g.channels, g.plane(), g.plane(),
                          plane.data());
      int32_t* sums = codeSums_ + n * g.outPlane();
      for (int64_t p = 0; p < g.outPlane(); ++p) {
        int32_t sum = 0;
        for (int64_t tap = 0; tap < g.taps(); ++tap) sum += plane[positions[p] + offsets_[tap]];
        sums[p] = sum;
      }
    }
  });
}

const int32_t* Epilogue::codeSums(const SumTile& tile, int32_t* buffer) const {
  if (!needsCodeSums_) return nullptr;
  const ConvGeometry& g = layer_.geometry;
  if (g.groups == 1) return codeSums_ + tile.position;
  int32_t positions[kTile];
  g.positionOffsets(tile.position, tile.position + tile.count, positions);
  const uint8_t* codes = codes_ + tile.channel / g.groupOutputs() * g.groupChannels() * g.plane();
  for (int64_t m = 0; m < tile.count; ++m) {
    int32_t sum = 0;
    for (const int32_t offset : offsets_) sum += codes[positions[m] + offset];
    buffer[m] = sum;
  }
  return buffer;
}

void Epilogue::take(const SumTile& tile) {
  const ConvGeometry& g = layer_.geometry;
  int32_t buffer[kTile];
  const int32_t* sums = codeSums(tile, buffer);
  const bool acrossImages = g.outPlane() < kSmallPlane && quantization_.size() == 1;
  for (int64_t done = 0; done < tile.count;) {
    const int64_t m = tile.position + done;
    Segment segment;
    segment.image = m / g.outPlane();
    segment.position = m % g.outPlane();
    segment.offset = done;
    segment.count = tile.count - done;
    if (!acrossImages) segment.count = std::min(segment.count, g.outPlane() - segment.position);
    findRuns(segment);
    if (g.outPlane() == 1 && output_.values != nullptr) {
      storeRows(tile, segment, sums);
    } else {
      for (int64_t c = 0; c < tile.channels; ++c) store(tile, segment, c, sums);
    }
    done += segment.count;
  }
}

// Dense layers: the channels of one position lie side by side in the output, so they are stored together.
void Epilogue::storeRows(const SumTile& tile, const Segment& segment, const int32_t* codeSums) {
  constexpr int64_t kChannels = 32;
  float rows[kChannels][kTile];
  for (int64_t c0 = 0; c0 < tile.channels; c0 += kChannels) {
    const int64_t channels = std::min(kChannels, tile.channels - c0);
    for (int64_t c = 0; c < channels; ++c) finish(tile, segment, c0 + c, codeSums, rows[c]);
    for (int i = 0; i < segment.runs; ++i) {
      float* out = output_.values + segment.run[i].offset + tile.channel + c0;
      for (int64_t c = 0; c < channels; ++c) out[c] = rows[c][segment.run[i].start];
    }
  }
}

// Runs end with the row where results have a halo, else with the image.
void Epilogue::findRuns(Segment& segment) const {
  const ConvGeometry& g = layer_.geometry;
  const bool rows = output_.values == nullptr;
  const int64_t width = rows ? g.outW : g.outPlane();
  const int64_t height = rows ? g.outH : 1;
  const int64_t pitch = rows ? output_.halo[1] + g.outW + output_.halo[3] : width;
  const int64_t origin = rows ? output_.halo[0] * pitch + output_.halo[1] : 0;
  int64_t image = segment.image;
  int64_t row = segment.position / width;
  int64_t column = segment.position % width;
  segment.runs = 0;
  for (int64_t done = 0; done < segment.count;) {
    const int64_t count = std::min(segment.count - done, width - column);
    segment.run[segment.runs++] = {image * g.outputs * plane() + origin + row * pitch + column, done, count};
    done += count;
    column = 0;
    if (++row < height) continue;
    row = 0;
    ++image;
  }
}

int64_t Epilogue::plane() const {
  const ConvGeometry& g = layer_.geometry;
  if (output_.values != nullptr) return g.outPlane();
  return (output_.halo[0] + g.outH + output_.halo[2]) * (output_.halo[1] + g.outW + output_.halo[3]);
}

void Epilogue::store(const SumTile& tile, const Segment& segment, int64_t channel, const int32_t* codeSums) {
  const int64_t offset = (tile.channel + channel) * plane();
  if (output_.values != nullptr && segment.runs == 1) {
    finish(tile, segment, channel, codeSums, output_.values + offset + segment.run[0].offset);
    return;
  }
  float row[kTile];
  finish(tile, segment, channel, codeSums, row);
  if (output_.values != nullptr) {
    for (int i = 0; i < segment.runs; ++i) {
      const Run& run = segment.run[i];
      std::copy_n(row + run.start, run.count, output_.values + offset + run.offset);
    }
    return;
  }
  uint8_t codes[kTile];
  kernels().quantize(row, segment.count, output_.requantize, codes);
  for (int i = 0; i < segment.runs; ++i) {
    const Run& run = segment.run[i];
    std::memcpy(output_.codes + offset + run.offset, codes + run.start, static_cast<size_t>(run.count));
  }
}

void Epilogue::finish(const SumTile& tile, const Segment& segment, int64_t channel, const int32_t* codeSums,
                      float* y) const {
  const int64_t o = tile.channel + channel;
  const size_t index = parameters(segment.image, o);
  const float bias = layer_.bias == nullptr ? 0.0f : layer_.bias[o];
  const int32_t* indexSums = codeSums == nullptr ? nullptr : codeSums + segment.offset;
  const int64_t first = channel * kTile + segment.offset;
  if (tile.sums32 != nullptr) {
    const int32_t* sums = tile.sums32 + first;
    int32_t corrected[kTile];
    if (layer_.skipPadding) {
      for (int64_t i = 0; i < segment.count; ++i) {
        const int64_t error = skipped(segment.image, o, segment.position + i);
        corrected[i] = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) - static_cast<uint32_t>(error));
      }
      sums = corrected;
    }
    kernels().dequantize(sums, indexSums, segment.count,
                         static_cast<int32_t>(static_cast<uint32_t>(constants_[index])),
                         static_cast<int32_t>(slopes_[o]), scales_[index], bias, layer_.activation, y);
    return;
  }
  for (int64_t i = 0; i < segment.count; ++i) {
    int64_t sum = tile.sums64[first + i] + constants_[index];
    if (indexSums != nullptr) sum += slopes_[o] * indexSums[i];
    if (layer_.skipPadding) sum -= skipped(segment.image, o, segment.position + i);
    const float value = static_cast<float>(sum) * scales_[index] + bias;
    y[i] = std::min(std::max(value, layer_.activation.low), layer_.activation.high);
  }
}

// What the padded taps of one output have added. `position` may lie in a later image than `image` where the
// batch has one set of parameters.
int64_t Epilogue::skipped(int64_t image, int64_t channel, int64_t position) const {
  const ConvGeometry& g = layer_.geometry;
  const int64_t y = position % g.outPlane() / g.outW;
  const int64_t x = position % g.outW;
  if (!g.padded(y, x, 0, 0) && !g.padded(y, x, g.kernelH - 1, g.kernelW - 1)) return 0;
  const int64_t* errors = &tapErrors_[parameters(image, channel) * g.taps()];
  int64_t sum = 0;
  for (int64_t ky = 0; ky < g.kernelH; ++ky) {
    for (int64_t kx = 0; kx < g.kernelW; ++kx) {
      if (g.padded(y, x, ky, kx)) sum += errors[ky * g.kernelW + kx];
    }
  }
  return sum;
}

}  // namespace approxtorch::lut
