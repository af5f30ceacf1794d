#include "layer_spec.h"

#include <stdexcept>

namespace approxtorch::lut {

std::array<int64_t, 4> readSides(OpSpec& spec, const char* name) {
  const auto sides = spec.attributes.integers(name, 4, 0, 1 << 20);
  return {sides[0], sides[1], sides[2], sides[3]};
}

Shape imageShape(OpSpec& spec, const Tensor& codes) {
  spec.expectRank(codes, 4, 4);
  const auto halo = readSides(spec, "halo");
  return {codes.shape[0], codes.shape[1], codes.shape[2] - halo[0] - halo[2],
          codes.shape[3] - halo[1] - halo[3]};
}

ConvGeometry readGeometry(OpSpec& spec, const Shape& images, const Shape& weights) {
  ConvGeometry g;
  g.halo = readSides(spec, "halo");
  g.pads = readSides(spec, "pads");
  g.batch = images[0];
  g.channels = images[1];
  g.height = images[2];
  g.width = images[3];
  g.outputs = weights[0];
  g.groups = spec.attributes.integer("group", 1, INT32_MAX);
  g.kernelH = weights[2];
  g.kernelW = weights[3];
  const auto strides = spec.attributes.integers("strides", 2, 1, INT32_MAX);
  const auto dilations = spec.attributes.integers("dilations", 2, 1, INT32_MAX);
  g.strideH = strides[0];
  g.strideW = strides[1];
  g.dilationH = dilations[0];
  g.dilationW = dilations[1];
  if (g.channels % g.groups != 0 || weights[1] != g.channels / g.groups) {
    spec.fail("weights " + shapeText(weights) + " do not fit " + std::to_string(g.channels) +
              " channels in " + std::to_string(g.groups) + " groups");
  }
  const auto positions = [](int64_t input, int64_t before, int64_t after, int64_t kernel, int64_t dilation,
                            int64_t stride) {
    const int64_t room = input + before + after - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  };
  g.outH = positions(g.height, g.pads[0], g.pads[2], g.kernelH, g.dilationH, g.strideH);
  g.outW = positions(g.width, g.pads[1], g.pads[3], g.kernelW, g.dilationW, g.strideW);
  try {
    g.validate();
  } catch (const std::invalid_argument& error) {
    spec.fail(error.what());
  }
  return g;
}

}  // namespace approxtorch::lut
