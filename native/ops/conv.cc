#include "../cpu/conv.h"

#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Conv : public Op {
 public:
  explicit Conv(const ConvProblem& problem) : problem_(problem) {}
  void run(RunContext& context) override { convolve(context, problem_); }

 private:
  ConvProblem problem_;
};

class DepthwiseConv : public Op {
 public:
  DepthwiseConv(const ConvProblem& problem, WindowLayout layout)
      : problem_(problem), layout_(std::move(layout)) {}
  void run(RunContext& context) override { convolveDepthwise(context, problem_, layout_); }

 private:
  ConvProblem problem_;
  WindowLayout layout_;
};

// A pointwise convolution need not tell the rows of an image apart.
ConvProblem withoutRows(ConvProblem problem) {
  ConvShape& s = problem.shape;
  const bool pointwise =
      s.taps() == 1 && s.strideH == 1 && s.strideW == 1 && s.outHeight == s.height && s.outWidth == s.width;
  if (pointwise) {
    s.width = s.outWidth = s.height * s.width;
    s.height = s.outHeight = 1;
  }
  return problem;
}

}  // namespace

OpPointer makeConv(OpSpec& spec) {
  spec.expectCounts(2, 3, 1);
  const Tensor& x = spec.input(0);
  const Tensor& w = spec.input(1);
  const Tensor* bias = spec.optionalInput(2);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 4, 4);
  spec.expectRank(w, 4, 4);
  const int64_t channels = x.shape[1];
  const int64_t outputs = w.shape[0];
  const int64_t groups = spec.attributes.integer("group", 1, channels);
  if (channels % groups != 0 || outputs % groups != 0) spec.fail("the group does not divide the channels");
  spec.expectShape(w, {outputs, channels / groups, w.shape[2], w.shape[3]});
  if (bias != nullptr) spec.expectShape(*bias, {outputs});
  const WindowSpec window = readWindow(spec, w.shape[2], w.shape[3]);
  const WindowCount rows = windowCount(spec, x.shape[2], window.padTop + window.padBottom, window.kernelH,
                                       window.strideH, window.dilationH);
  const WindowCount columns = windowCount(spec, x.shape[3], window.padLeft + window.padRight, window.kernelW,
                                          window.strideW, window.dilationW);
  spec.expectShape(y, {x.shape[0], outputs, rows.floor, columns.floor});
  const ConvShape shape{x.shape[0],     channels,       x.shape[2],       x.shape[3],
                        outputs,        groups,         window.kernelH,   window.kernelW,
                        window.strideH, window.strideW, window.dilationH, window.dilationW,
                        window.padTop,  window.padLeft, rows.floor,       columns.floor};
  const ConvProblem problem{
      shape, x.f32(), w.f32(), bias == nullptr ? nullptr : bias->f32(), y.f32(), readActivation(spec)};
  if (groups > 1 && channels == groups) {
    return std::make_unique<DepthwiseConv>(
        problem, windowLayout(spec, window, shape.height, shape.width, rows.floor, columns.floor));
  }
  return std::make_unique<Conv>(withoutRows(problem));
}

}  // namespace approxtorch
