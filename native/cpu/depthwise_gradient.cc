#include "depthwise_gradient.h"

#include <vector>

#include "window_phases.h"

namespace approxtorch {
namespace {

PlaneFrame paddedPlane(const ConvShape& s) {
  return {s.height, s.width, (s.outHeight - 1) * s.strideH + (s.kernelH - 1) * s.dilationH + 1,
          (s.outWidth - 1) * s.strideW + (s.kernelW - 1) * s.dilationW + 1, -s.padLeft};
}

PlaneWindow windowOf(const ConvShape& s, const PlaneFrame& padded) {
  PlaneWindow window = windowOf(s);
  window.height = padded.rows;
  window.width = padded.pitch;
  window.padTop = window.padLeft = 0;
  return window;
}

// Outputs of a plane in rows of the layout's pitch, and their number up to the last one.
int64_t outputRun(const WindowLayout& layout) {
  return (layout.window.outHeight - 1) * layout.pitch + layout.window.outWidth;
}

// A plane of outputs in rows of the pitch, zeros between them.
void spreadRows(const WindowLayout& layout, const float* g, float* spread) {
  const PlaneWindow& w = layout.window;
  const FrameRows rows{w.outHeight, w.outWidth, layout.pitch, 0.0f};
  indirectKernels().copyRows(rows, g, w.outWidth, spread);
}

int64_t spreadFloats(const WindowLayout& layout) {
  return layout.window.outHeight * layout.pitch + kFrameSlack;
}

}  // namespace

DepthwiseInputGradient::DepthwiseInputGradient(const ConvShape& shape)
    : shape_(shape), layout_(windowOf(shape)) {}

void DepthwiseInputGradient::run(RunContext& context, const float* g, const float* w, const uint8_t* mask,
                                 float* dx) {
  const ConvShape& s = shape_;
  const IndirectKernels& kernels = indirectKernels();
  const int64_t multiple = s.groupOutputs();
  const int64_t grain = std::max<int64_t>(1, 65536 / (s.outPlane() * s.taps() * multiple));
  const int64_t phaseFloats = layout_.phaseFloats();
  context.pool().parallelFor(s.batch * s.channels, grain, [&](int64_t begin, int64_t end, int thread) {
    float* phases = context.threadScratch<float>(thread, phaseFloats + spreadFloats(layout_));
    float* spread = phases + phaseFloats;
    for (int64_t plane = begin; plane < end; ++plane) {
      std::fill_n(phases, phaseFloats, 0.0f);
      for (int64_t i = 0; i < multiple; ++i) {
        const float* weights = w + (plane % s.channels * multiple + i) * s.taps();
        spreadRows(layout_, g + (plane * multiple + i) * s.outPlane(), spread);
        for (int64_t tap = 0; tap < s.taps(); ++tap) {
          kernels.multiplyAdd(weights[tap], spread, phases + layout_.offsets[static_cast<size_t>(tap)],
                              outputRun(layout_));
        }
      }
      float* to = dx + plane * s.plane();
      mergePlane(layout_, phases, to);
      if (mask != nullptr) kernels.copyMasked(to, mask, plane * s.plane(), s.plane(), to);
    }
  });
}

DepthwiseWeightGradient::DepthwiseWeightGradient(const ConvShape& shape)
    : shape_(shape), frame_(paddedPlane(shape)), layout_(windowOf(shape, frame_)) {}

void DepthwiseWeightGradient::run(RunContext& context, const float* g, const ConvInput& x, float* dw) {
  const ConvShape& s = shape_;
  const int64_t multiple = s.groupOutputs();
  const int64_t frameFloats = frame_.stride() + kFrameSlack;
  context.pool().parallelFor(s.channels, 1, [&](int64_t begin, int64_t end, int thread) {
    float* padded =
        context.threadScratch<float>(thread, frameFloats + layout_.phaseFloats() + spreadFloats(layout_));
    float* phases = padded + frameFloats;
    float* spread = phases + layout_.phaseFloats();
    std::vector<double> sums(static_cast<size_t>(multiple * s.taps()));
    for (int64_t channel = begin; channel < end; ++channel) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (int64_t image = 0; image < s.batch; ++image) {
        x.copy(frame_, image, channel, 1, -s.padTop, padded);
        splitPlane(layout_, padded, 0.0f, phases);
        double* sum = sums.data();
        for (int64_t i = 0; i < multiple; ++i) {
          const int64_t output = image * s.outputs + channel * multiple + i;
          spreadRows(layout_, g + output * s.outPlane(), spread);
          for (int64_t tap = 0; tap < s.taps(); ++tap) {
            *sum++ += static_cast<double>(indirectKernels().dot(
                spread, phases + layout_.offsets[static_cast<size_t>(tap)], outputRun(layout_)));
          }
        }
      }
      float* to = dw + channel * multiple * s.taps();
      for (size_t i = 0; i < sums.size(); ++i) to[i] = static_cast<float>(sums[i]);
    }
  });
}

}  // namespace approxtorch
