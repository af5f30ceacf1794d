// The ops that approximate layers add to a training step, in one plan; without the layer itself, whose LUT a
// description cannot hold.
#include "damage.h"
#include "plan_builder.h"
#include "test.h"

namespace approxtorch {
namespace {

using test::Doubles;

class Chain {
 public:
  // Returns the tensor's id.
  double tensor(DataType type, const Doubles& shape) {
    TensorDescription tensor;
    tensor.type = type;
    tensor.shape = shape;
    tensor.name = "t" + std::to_string(plan_.tensors.size());
    tensor.arenaOffset = plan_.arenaBytes;
    auto bytes = static_cast<double>(elementSize(type));
    for (const double size : shape) bytes *= size;
    plan_.arenaBytes += (static_cast<int64_t>(bytes) + 127) / 64 * 64;  // and a gap
    plan_.tensors.push_back(tensor);
    return static_cast<double>(plan_.tensors.size() - 1);
  }
  double input(const Doubles& shape) {
    plan_.inputs.push_back(tensor(DataType::kF32, shape));
    return plan_.inputs.back();
  }
  void op(const std::string& type, const Doubles& inputs, const Doubles& outputs,
          test::Attributes attributes) {
    OpDescription op;
    op.type = type;
    op.name = "op";
    op.inputs = inputs;
    op.outputs = outputs;
    op.attributes = std::move(attributes);
    plan_.ops.push_back(op);
  }
  PlanDescription finish(const Doubles& outputs) {
    plan_.outputs = outputs;
    return plan_;
  }

 private:
  PlanDescription plan_;
};

struct Layer {
  Doubles image, weights, out;
  double group, stride, isSigned;
  const char* padding;
};

PlanDescription trainingOf(const Layer& layer) {
  Chain chain;
  const Doubles halo{1, 1, 1, 2};
  const double outputs = layer.weights[0];
  const double x = chain.input(layer.image), range = chain.input({2}), momentum = chain.input({1});
  chain.op("TrackRange", {x, range, momentum}, {range}, {});
  const double qparams = chain.tensor(DataType::kF32, {1, 2});
  chain.op("RangeQParams", {range}, {qparams}, {{"signed", layer.isSigned}, {"bits", 7.0}});
  const Doubles& image = layer.image;
  const double codes = chain.tensor(DataType::kU8, {image[0], image[1], image[2] + 2, image[3] + 3});
  const double elements = image[0] * image[1] * image[2] * image[3];
  const double mask = chain.tensor(DataType::kU8, {std::ceil(elements / 8)});
  chain.op("Quantize", {x, qparams}, {codes, mask},
           {{"halo", halo}, {"signed", layer.isSigned}, {"lo", 0.0}, {"hi", 200.0}});
  const double w = chain.input(layer.weights), indices = chain.tensor(DataType::kU8, layer.weights);
  const double scales = chain.tensor(DataType::kF32, {outputs});
  const double zeroPoints = chain.tensor(DataType::kI32, {outputs});
  chain.op("QuantizeWeights", {w}, {indices, scales, zeroPoints},
           {{"signed", 0.0}, {"bits", 8.0}, {"granularity", "channel"}});
  const test::Attributes window{{"strides", Doubles{layer.stride, 1}},
                                {"pads", Doubles{1, 1, 1, 1}},
                                {"dilations", Doubles{1, 1}},
                                {"group", layer.group},
                                {"halo", halo}};
  const double g = chain.input(layer.out), table = chain.input({256, 256});
  const double dx = chain.tensor(DataType::kF32, image), dw = chain.tensor(DataType::kF32, layer.weights);
  chain.op("LutConvInputGradient", {g, indices, scales, zeroPoints, table, mask, codes}, {dx}, window);
  test::Attributes more = window;
  more["padding"] = layer.padding;
  more["activationSigned"] = layer.isSigned;
  more["weightSigned"] = more["weightLo"] = 0.0;
  more["weightHi"] = 255.0;
  chain.op("LutConvWeightGradient", {g, codes, qparams, table, w, indices, scales, zeroPoints}, {dw}, more);
  return chain.finish({dx, dw});
}

std::vector<PlanDescription> soundPlans() {
  return {trainingOf({{3, 4, 5, 7}, {18, 2, 3, 3}, {3, 18, 3, 7}, 2, 2, 1, "lookup"}),
          trainingOf({{2, 3, 6, 3}, {3, 1, 3, 3}, {2, 3, 6, 3}, 3, 1, 0, "skip"})};
}

TEST(training_of_approximate_layers_runs) {
  setThreads(2);
  for (const PlanDescription& description : soundPlans()) {
    Plan plan(description);
    const test::ArenaGuard guard(plan, description);
    test::fillInputs(plan, 1);
    plan.run();
  }
}

TEST(damaged_training_of_approximate_layers_is_refused_or_stays_within_bounds) {
  test::runDamaged(soundPlans());
}

}  // namespace
}  // namespace approxtorch
