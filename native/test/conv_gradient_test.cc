// Gradients of convolutions against plain loops, at sizes around the tiles, under the sanitizers.
#include <cmath>

#include "plan_builder.h"
#include "test.h"

namespace approxtorch {
namespace {

using Doubles = std::vector<double>;

struct GradientCase {
  int64_t batch, channels, height, width, outputs, groups, kernel, stride, padding, dilation;

  int64_t out(int64_t size) const { return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1; }
  int64_t outHeight() const { return out(height); }
  int64_t outWidth() const { return out(width); }
  int64_t depth() const { return channels / groups * kernel * kernel; }
  Doubles images() const { return shape({batch, channels, height, width}); }
  Doubles weights() const { return shape({outputs, channels / groups, kernel, kernel}); }
  Doubles gradients() const { return shape({batch, outputs, outHeight(), outWidth()}); }
  test::Attributes attributes() const {
    return {{"group", static_cast<double>(groups)},
            {"strides", Doubles(2, static_cast<double>(stride))},
            {"dilations", Doubles(2, static_cast<double>(dilation))},
            {"pads", Doubles(4, static_cast<double>(padding))}};
  }

  // Calls visit(y, x, w) with the indices of every product of the convolution; x is −1 in the padding.
  template <class Visit>
  void forEachProduct(Visit visit) const {
    const int64_t plane = outHeight() * outWidth();
    for (int64_t y = 0; y < batch * outputs * plane; ++y) {
      const int64_t output = y / plane % outputs;
      for (int64_t k = 0; k < depth(); ++k) {
        const int64_t channel = output / (outputs / groups) * (channels / groups) + k / (kernel * kernel);
        const int64_t row = y % plane / outWidth() * stride - padding + k / kernel % kernel * dilation;
        const int64_t column = y % outWidth() * stride - padding + k % kernel * dilation;
        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
        const int64_t image = y / plane / outputs;
        const int64_t x = ((image * channels + channel) * height + row) * width + column;
        visit(y, inside ? x : -1, output * depth() + k);
      }
    }
  }

 private:
  static Doubles shape(const std::vector<int64_t>& sizes) { return Doubles(sizes.begin(), sizes.end()); }
};

const GradientCase kCases[] = {
    {2, 3, 9, 7, 7, 1, 3, 1, 1, 1},    {3, 5, 4, 4, 15, 1, 3, 1, 0, 1},   {2, 8, 11, 33, 6, 2, 3, 2, 2, 2},
    {2, 50, 5, 5, 33, 1, 3, 1, 1, 1},  {1, 6, 13, 10, 12, 6, 5, 2, 2, 1}, {2, 4, 6, 6, 9, 1, 1, 1, 0, 1},
    {1, 2, 1, 1, 3, 1, 3, 1, 2, 1},    {1, 2, 20, 40, 3, 1, 2, 3, 1, 3},  {9, 17, 1, 1, 5, 1, 1, 1, 0, 1},
    {1, 30, 70, 40, 2, 1, 3, 1, 1, 1}, {3, 80, 3, 3, 90, 1, 3, 1, 1, 1},  {2, 7, 8, 8, 7, 7, 3, 1, 1, 1},
    {2, 3, 4, 4, 5, 1, 2, 7, 0, 1},    {1, 3, 1, 1, 5, 1, 1, 2, 1, 1},    {1, 2, 3, 3, 2, 1, 2, 1, 9, 1}};

void expectClose(const Doubles& expected, const float* actual) {
  double magnitude = 1e-30;
  for (const double value : expected) magnitude = std::max(magnitude, std::fabs(value));
  for (size_t i = 0; i < expected.size(); ++i) EXPECT(std::fabs(expected[i] - actual[i]) <= 1e-5 * magnitude);
}

TEST(input_gradients_of_convolutions) {
  setThreads(3);
  for (const GradientCase& c : kCases) {
    PlanDescription description =
        test::singleOp("ConvInputGradient", {c.gradients(), c.weights()}, c.images(), c.attributes());
    std::vector<double> expected(static_cast<size_t>(c.batch * c.channels * c.height * c.width));
    const std::vector<uint8_t> mask((expected.size() + 7) / 8, 0xb6);
    TensorDescription maskTensor;
    maskTensor.type = DataType::kU8;
    maskTensor.name = "mask";
    maskTensor.shape = {static_cast<double>(mask.size())};
    maskTensor.data = mask.data();
    maskTensor.dataCount = static_cast<int64_t>(mask.size());
    description.ops[0].inputs.push_back(static_cast<double>(description.tensors.size()));
    description.tensors.push_back(maskTensor);
    Plan plan(description);
    test::fillInputs(plan, 1);
    plan.run();
    const float* g = plan.checked().inputs()[0]->f32();
    const float* w = plan.checked().inputs()[1]->f32();
    c.forEachProduct([&](int64_t y, int64_t x, int64_t k) {
      const bool passes = x >= 0 && (0xb6 >> (x & 7) & 1) != 0;
      if (passes) expected[static_cast<size_t>(x)] += static_cast<double>(g[y]) * w[k];
    });
    expectClose(expected, plan.checked().outputs()[0]->f32());
  }
}

TEST(weight_gradients_of_convolutions) {
  setThreads(3);
  for (const GradientCase& c : kCases) {
    const PlanDescription description =
        test::singleOp("ConvWeightGradient", {c.gradients(), c.images()}, c.weights(), c.attributes());
    Plan plan(description);
    const test::ArenaGuard guard(plan, description);
    test::fillInputs(plan, 1);
    plan.run();
    const float* g = plan.checked().inputs()[0]->f32();
    const float* images = plan.checked().inputs()[1]->f32();
    std::vector<double> expected(static_cast<size_t>(c.outputs * c.depth()));
    c.forEachProduct([&](int64_t y, int64_t x, int64_t k) {
      if (x >= 0) expected[static_cast<size_t>(k)] += static_cast<double>(g[y]) * images[x];
    });
    expectClose(expected, plan.checked().outputs()[0]->f32());
  }
}

// The same through codes, whose value is 0.5·(D[code] − 3) with D[code] = 2·code; the zero point is 3.
TEST(weight_gradients_of_approximate_layers) {
  setThreads(3);
  for (const GradientCase& c : kCases) {
    PlanDescription description =
        test::singleOp("LutConvWeightGradient", {c.gradients()}, c.weights(), c.attributes());
    std::map<std::string, Attribute>& attributes = description.ops[0].attributes;
    const auto padding = static_cast<double>(c.padding);
    attributes["halo"] = Doubles(4, padding);
    attributes["padding"] = "lookup";
    for (const char* name : {"activationSigned", "weightSigned", "weightLo"}) attributes[name] = 0.0;
    attributes["weightHi"] = 255.0;
    const int64_t pitch = c.width + 2 * c.padding;
    const int64_t plane = (c.height + 2 * c.padding) * pitch;
    std::vector<uint8_t> codes(static_cast<size_t>(c.batch * c.channels * plane));
    for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint8_t>(i * 37 + i / 256);
    std::vector<float> derivative(256);
    for (size_t i = 0; i < derivative.size(); ++i) derivative[i] = static_cast<float>(2 * i);
    const auto outputs = static_cast<double>(c.outputs);
    const auto count = static_cast<size_t>(c.outputs * c.depth());
    const std::vector<float> qparams{0.5f, 3.0f}, weights(count, 1.0f), scales(count, 1.0f);
    const std::vector<uint8_t> indices(count, 1);
    const std::vector<int32_t> zeroPoints(count, 0);
    const auto constant = [&](DataType type, const Doubles& shape, const void* data) {
      TensorDescription tensor;
      tensor.type = type;
      tensor.shape = shape;
      tensor.name = "constant";
      tensor.data = data;
      tensor.dataCount = 1;
      for (const double size : shape) tensor.dataCount *= static_cast<int64_t>(size);
      description.ops[0].inputs.push_back(static_cast<double>(description.tensors.size()));
      description.tensors.push_back(tensor);
    };
    Doubles codesShape = c.images();
    codesShape[2] += 2 * padding;
    codesShape[3] += 2 * padding;
    constant(DataType::kU8, codesShape, codes.data());
    constant(DataType::kF32, {1, 2}, qparams.data());
    constant(DataType::kF32, {256}, derivative.data());
    constant(DataType::kF32, c.weights(), weights.data());
    constant(DataType::kU8, c.weights(), indices.data());
    constant(DataType::kF32, {outputs}, scales.data());
    constant(DataType::kI32, {outputs}, zeroPoints.data());
    Plan plan(description);
    test::fillInputs(plan, 1);
    plan.run();
    const float* g = plan.checked().inputs()[0]->f32();
    Doubles expected(count);
    c.forEachProduct([&](int64_t y, int64_t x, int64_t k) {
      int code = 3;
      if (x >= 0) {
        const int64_t row = x / c.width % c.height + c.padding;
        code = codes[static_cast<size_t>(x / (c.width * c.height) * plane + row * pitch + x % c.width +
                                         c.padding)];
      }
      expected[static_cast<size_t>(k)] += 0.5 * (2 * code - 3) * static_cast<double>(g[y]);
    });
    expectClose(expected, plan.checked().outputs()[0]->f32());
  }
}

}  // namespace
}  // namespace approxtorch
