#include "common.h"

namespace approxtorch {

const float* scalarInput(const OpSpec& spec, size_t index) {
  const Tensor& tensor = spec.input(index);
  spec.expectShape(tensor, {1});
  return tensor.f32();
}

Tensor& outputInPlace(const OpSpec& spec, size_t output, size_t input) {
  Tensor& tensor = spec.output(output);
  if (&tensor != &spec.input(input)) {
    spec.fail("output " + std::to_string(output) + " must be the same tensor as input " +
              std::to_string(input));
  }
  return tensor;
}

Clamp readActivation(OpSpec& spec) {
  switch (spec.attributes.choice("act", {"none", "relu", "clip"})) {
    case 1:
      return {0.0f, kNoClamp.high};
    case 2:
      return {spec.attributes.bound("actMin"), spec.attributes.bound("actMax")};
    default:
      return kNoClamp;
  }
}

WindowSpec readWindow(OpSpec& spec, int64_t kernelH, int64_t kernelW) {
  const std::vector<int64_t> strides = spec.attributes.integers("strides", 2, 1, kMaxWindow);
  const std::vector<int64_t> dilations = spec.attributes.integers("dilations", 2, 1, kMaxWindow);
  const std::vector<int64_t> pads = spec.attributes.integers("pads", 4, 0, kMaxWindow);
  return {kernelH,      kernelW, strides[0], strides[1], dilations[0],
          dilations[1], pads[0], pads[1],    pads[2],    pads[3]};
}

WindowCount windowCount(const OpSpec& spec, int64_t size, int64_t padding, int64_t kernel, int64_t stride,
                        int64_t dilation) {
  const int64_t room = size + padding - ((kernel - 1) * dilation + 1);
  if (room < 0) spec.fail("the kernel is larger than the padded input");
  return {room / stride + 1, (room + stride - 1) / stride + 1};
}

}  // namespace approxtorch
