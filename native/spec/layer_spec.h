// How the ops of an approximate layer, forward and backward, read its geometry.
#pragma once

#include "../plan/op_spec.h"
#include "geometry.h"

namespace approxtorch::lut {

// A list attribute of four sides: top, left, bottom, right.
std::array<int64_t, 4> readSides(OpSpec& spec, const char* name);

// The convolution over images [N, C, H, W] (without their halo) with weights [O, C/g, kh, kw], from the
// attributes strides, pads, dilations, group and halo; its output's size follows. Throws where they do not
// fit one another.
ConvGeometry readGeometry(OpSpec& spec, const Shape& images, const Shape& weights);

// The shape of the images in a codes tensor [N, C, Hp, Wp] with the attribute halo.
Shape imageShape(OpSpec& spec, const Tensor& codes);

}  // namespace approxtorch::lut
