#include "../cpu/conv.h"

#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Conv : public Op {
 public:
  explicit Conv(const ConvProblem& problem) : problem_(problem) {}

  void run(RunContext& context) override {
    const ConvShape& s = problem_.shape;
    if (s.groups > 1 && s.groupChannels() == 1) {
      convolveDepthwise(context, problem_);
    } else {
      convolve(context, problem_);
    }
  }

 private:
  ConvProblem problem_;
};

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
  ConvShape shape{x.shape[0],     channels,       x.shape[2],       x.shape[3],
                  outputs,        groups,         window.kernelH,   window.kernelW,
                  window.strideH, window.strideW, window.dilationH, window.dilationW,
                  window.padTop,  window.padLeft, rows.floor,       columns.floor};
  const bool pointwise = window.kernelH == 1 && window.kernelW == 1 && window.strideH == 1 &&
                         window.strideW == 1 && rows.floor == shape.height && columns.floor == shape.width;
  if (pointwise) {
    // Rows of the image need not be told apart.
    shape.width = shape.outWidth = shape.height * shape.width;
    shape.height = shape.outHeight = 1;
  }
  return std::make_unique<Conv>(ConvProblem{shape, x.f32(), w.f32(), bias == nullptr ? nullptr : bias->f32(),
                                            y.f32(), readActivation(spec)});
}

}  // namespace approxtorch
