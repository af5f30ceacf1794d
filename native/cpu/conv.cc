#include "conv.h"

#include <algorithm>

#include "indirect_convolution.h"
#include "sgemm.h"
#include "window_layout.h"

namespace approxtorch {
namespace {

class DenseConvolution : public Convolution {
 public:
  explicit DenseConvolution(const ConvShape& shape) : shape_(shape) {}

  void run(RunContext& context, const ConvOperands& o) override {
    const ConvShape& s = shape_;
    for (int64_t i = 0; o.bias != nullptr && i < s.batch; ++i)
      std::copy_n(o.bias, s.outputs, o.y + i * s.outputs);
    sgemm(context, {s.batch,
                    s.outputs,
                    s.channels,
                    {o.x, s.channels, 1},
                    1.0f,
                    {o.w, 1, s.channels},
                    o.y,
                    o.bias != nullptr,
                    o.clamp});
  }

 private:
  ConvShape shape_;
};

// Plane by plane, in the order of window_phases.h.
class DepthwiseConvolution : public Convolution {
 public:
  explicit DepthwiseConvolution(const ConvShape& shape) : shape_(shape), layout_(windowOf(shape)) {}

  void run(RunContext& context, const ConvOperands& o) override {
    const ConvShape& s = shape_;
    const int64_t grain = std::max<int64_t>(1, 65536 / (s.outPlane() * s.taps()));
    context.pool().parallelFor(s.batch * s.outputs, grain, [&](int64_t begin, int64_t end, int thread) {
      float* work = context.threadScratch<float>(thread, layout_.workFloats());
      for (int64_t i = begin; i < end; ++i) {
        const int64_t output = i % s.outputs;
        const int64_t channel = i / s.outputs * s.channels + output / s.groupOutputs();
        floatKernels().depthwisePlane(layout_, o.x + channel * s.plane(), o.w + output * s.taps(),
                                      o.bias == nullptr ? 0.0f : o.bias[output], o.clamp,
                                      o.y + i * s.outPlane(), work);
      }
    });
  }

 private:
  ConvShape shape_;
  WindowLayout layout_;
};

class TapConvolution : public Convolution {
 public:
  explicit TapConvolution(const ConvShape& shape) : convolution_(IndirectConvolution::forward(shape)) {}

  void run(RunContext& context, const ConvOperands& o) override {
    convolution_.run(context, {o.x, o.w, o.bias, nullptr, o.clamp, o.y});
  }

 private:
  IndirectConvolution convolution_;
};

}  // namespace

std::unique_ptr<Convolution> convolution(const ConvShape& shape) {
  checkWindow(shape);
  const ConvShape flat = shape.flattened();
  if (flat.isDense()) return std::make_unique<DenseConvolution>(flat);
  if (flat.isDepthwise()) return std::make_unique<DepthwiseConvolution>(flat);
  return std::make_unique<TapConvolution>(flat);
}

}  // namespace approxtorch
