// The ops of training, as plan_test.cc has those of a forward pass.
#include "damage.h"
#include "plan_builder.h"
#include "test.h"

namespace approxtorch {
namespace {

using test::Doubles;

const Doubles kOne{1};
const Doubles kImage{1, 2, 6, 6};

// A plan whose op has the given inputs in place as outputs, behind those of `outputs`.
PlanDescription inPlace(const std::string& type, const std::vector<Doubles>& inputs,
                        const std::vector<Doubles>& outputs, const std::vector<size_t>& updated,
                        test::Attributes attributes) {
  PlanDescription plan = test::oneOp(type, inputs, outputs, std::move(attributes));
  for (const size_t input : updated) plan.ops[0].outputs.push_back(plan.ops[0].inputs[input]);
  plan.outputs = plan.ops[0].outputs;
  return plan;
}

std::vector<PlanDescription> soundPlans() {
  const test::Attributes window{{"kernel", Doubles{3, 2}},
                                {"strides", Doubles{2, 1}},
                                {"dilations", Doubles{1, 2}},
                                {"pads", Doubles{1, 1, 1, 1}}};
  test::Attributes averaging = window;
  averaging["countIncludePad"] = 0.0;
  const test::Attributes softmax{{"outer", 2.0}, {"axisSize", 3.0}, {"inner", 4.0}};
  const test::Attributes epsilon{{"epsilon", 1e-5}};
  return {
      test::singleOp("ActivationGradient", {{1000}, {1000}}, {1000}, {{"low", 0.0}, {"high", 6.0}}),
      test::singleOp("EluGradient", {{37}, {37}}, {37}, {{"alpha", 1.0}}),
      test::oneOp("PReluGradient", {{2, 3, 4}, {2, 3, 4}, {3, 1}}, {{2, 3, 4}, {2, 3, 4}}, {}),
      test::singleOp("MaxPoolGradient", {{1, 2, 3, 6}, kImage}, kImage, window),
      test::singleOp("AveragePoolGradient", {{1, 2, 3, 6}}, kImage, averaging),
      test::singleOp("MaxPoolGradient", {{1, 3, 45, 76}, {1, 3, 90, 76}}, {1, 3, 90, 76}, window),
      test::singleOp("GlobalMaxPoolGradient", {{1, 2, 1, 1}, kImage}, kImage),
      test::singleOp("Expand", {{2, 1, 3}}, {2, 40, 3}, {{"scale", 0.5}}),
      test::singleOp("SliceGradient", {{2, 3}}, {5, 6},
                     {{"starts", Doubles{4, 1}}, {"steps", Doubles{-2, 2}}}),
      test::singleOp("PadGradient", {{6, 3}}, {4, 4}, {{"begins", Doubles{1, -1}}, {"mode", "reflect"}}),
      test::singleOp("PadGradient", {{7, 9}}, {4, 4}, {{"begins", Doubles{1, 2}}, {"mode", "edge"}}),
      test::singleOp("SoftmaxGradient", {{2, 3, 4}, {2, 3, 4}}, {2, 3, 4}, softmax),
      test::singleOp("LRNGradient", {{1, 5, 3, 3}, {1, 5, 3, 3}}, {1, 5, 3, 3},
                     {{"size", 3.0}, {"alpha", 1e-4}, {"beta", 0.75}, {"bias", 1.0}}),
      inPlace("BatchNormalizationTraining", {{2, 3, 4}, {3}, {3}, {3}, {3}}, {{2, 3, 4}, {3}, {3}}, {3, 4},
              {{"epsilon", 1e-5}, {"momentum", 0.9}}),
      test::oneOp("BatchNormalizationTrainingGradient", {{3, 2, 600}, {3, 2, 600}, {2}, {2}, {2}},
                  {{3, 2, 600}, {2}, {2}}, {}),
      test::oneOp("BatchNormalizationGradient", {{2, 3, 4}, {2, 3, 4}, {3}, {3}, {3}}, {{2, 3, 4}, {3}, {3}},
                  epsilon),
      test::singleOp("Dropout", {{999}, kOne}, {999}, {{"ratio", 0.5}, {"salt", 7.0}}),
      test::oneOp("SoftmaxCrossEntropy", {{4, 5}, {4}, {4, 5}}, {kOne, kOne, {4, 5}},
                  {{"labelSmoothing", 0.1}, {"distillWeight", 0.5}, {"temperature", 2.0}, {"scale", 1.0}}),
      inPlace("Accumulate", {{4, 5}, {4, 5}, kOne}, {}, {0}, {}),
      test::singleOp("GradientNorm", {{4, 5}, {70}}, kOne),
      inPlace("SgdUpdate", {{45}, {45}, {45}, kOne, kOne, kOne}, {}, {0, 2},
              {{"momentum", 0.9}, {"nesterov", 1.0}, {"weightDecay", 0.1}, {"clipNorm", 1.0}}),
      inPlace("AdamUpdate", {{45}, {45}, {45}, {45}, kOne, kOne, kOne, kOne}, {}, {0, 2, 3},
              {{"beta1", 0.9},
               {"beta2", 0.99},
               {"epsilon", 1e-8},
               {"weightDecay", 0.1},
               {"decoupled", 1.0},
               {"clipNorm", 1.0}}),
      inPlace("EmaUpdate", {{45}, {45}, kOne}, {}, {0}, {{"decay", 0.9}}),
  };
}

TEST(sound_training_plans_run) {
  setThreads(2);
  for (const PlanDescription& description : soundPlans()) {
    Plan plan(description);
    const test::ArenaGuard guard(plan, description);
    test::fillOnes(plan);
    plan.run();
  }
}

TEST(damaged_training_plans_are_refused_or_stay_within_bounds) { test::runDamaged(soundPlans()); }

}  // namespace
}  // namespace approxtorch
