#include "conv_spec.h"

#include "common.h"

namespace approxtorch {

ConvShape readConvShape(OpSpec& spec, const Tensor& x, const Tensor& w, const Tensor& y) {
  spec.expectRank(x, 4, 4);
  spec.expectRank(w, 4, 4);
  const int64_t channels = x.shape[1];
  const int64_t outputs = w.shape[0];
  const int64_t groups = spec.attributes.integer("group", 1, channels);
  if (channels % groups != 0 || outputs % groups != 0) spec.fail("the group does not divide the channels");
  spec.expectShape(w, {outputs, channels / groups, w.shape[2], w.shape[3]});
  const WindowSpec window = readWindow(spec, w.shape[2], w.shape[3]);
  const WindowCount rows = windowCount(spec, x.shape[2], window.padTop + window.padBottom, window.kernelH,
                                       window.strideH, window.dilationH);
  const WindowCount columns = windowCount(spec, x.shape[3], window.padLeft + window.padRight, window.kernelW,
                                          window.strideW, window.dilationW);
  spec.expectShape(y, {x.shape[0], outputs, rows.floor, columns.floor});
  return {x.shape[0],     channels,       x.shape[2],     x.shape[3],     outputs,          groups,
          window.kernelH, window.kernelW, window.strideH, window.strideW, window.dilationH, window.dilationW,
          window.padTop,  window.padLeft, rows.floor,     columns.floor};
}

}  // namespace approxtorch
