#pragma once

#include "../plan/op_spec.h"
#include "conv_shape.h"

namespace approxtorch {

// The convolution of images [N,C,H,W] by weights [O,C/g,kh,kw] to y [N,O,Ho,Wo], from the attributes strides,
// pads, dilations and group. Throws where shapes and attributes do not fit one another.
ConvShape readConvShape(OpSpec& spec, const Tensor& images, const Tensor& weights, const Tensor& y);

}  // namespace approxtorch
