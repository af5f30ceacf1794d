// Descriptions that were damaged at random either are refused or run within their memory.
#include "damage.h"
#include "plan_builder.h"
#include "test.h"

namespace approxtorch {
namespace {

using test::Doubles;

std::vector<PlanDescription> soundPlans() {
  const test::Attributes window{
      {"strides", Doubles{1, 1}}, {"dilations", Doubles{1, 1}}, {"pads", Doubles{1, 1, 1, 1}}};
  const auto with = [](test::Attributes attributes, const test::Attributes& more) {
    attributes.insert(more.begin(), more.end());
    return attributes;
  };
  return {
      test::singleOp("Conv", {{1, 4, 5, 5}, {6, 2, 3, 3}, {6}}, {1, 6, 5, 5},
                     with(window, {{"group", 2.0}, {"act", "clip"}, {"actMin", 0.0}, {"actMax", 6.0}})),
      test::singleOp("Conv", {{1, 4, 5, 5}, {4, 1, 3, 3}}, {1, 4, 5, 5},
                     with(window, {{"group", 4.0}, {"act", "none"}})),
      test::singleOp("Gemm", {{3, 4}, {4, 5}, {3, 1}}, {3, 5},
                     {{"transA", 0.0}, {"transB", 0.0}, {"alpha", 1.0}, {"beta", 1.0}, {"act", "none"}}),
      test::singleOp("MatMul", {{2, 1, 3, 4}, {3, 4, 5}}, {2, 3, 3, 5}),
      test::singleOp("BatchNormalization", {{2, 3, 4}, {3}, {3}, {3}, {3}}, {2, 3, 4}, {{"epsilon", 1e-5}}),
      test::singleOp("PRelu", {{2, 3}, {3}}, {2, 3}),
      test::singleOp("Add", {{2, 3, 4}, {3, 1}}, {2, 3, 4}, {{"act", "relu"}}),
      test::singleOp("Sigmoid", {{1000}}, {1000}),
      test::singleOp("Elu", {{37}}, {37}, {{"alpha", 1.0}}),
      test::singleOp("MaxPool", {{1, 2, 6, 6}}, {1, 2, 6, 6}, with(window, {{"kernel", Doubles{3, 3}}})),
      test::singleOp("AveragePool", {{1, 2, 6, 6}}, {1, 2, 6, 6},
                     with(window, {{"kernel", Doubles{3, 3}}, {"countIncludePad", 1.0}})),
      test::singleOp("GlobalAveragePool", {{2, 3, 4, 4}}, {2, 3, 1, 1}),
      test::singleOp("Concat", {{2, 3}, {2, 4}}, {2, 7}, {{"axis", 1.0}}),
      test::singleOp("Slice", {{5, 6}}, {2, 3}, {{"starts", Doubles{4, 1}}, {"steps", Doubles{-2, 2}}}),
      test::singleOp("Pad", {{4, 4}}, {6, 3},
                     {{"begins", Doubles{1, -1}}, {"mode", "reflect"}, {"value", 0.0}}),
      test::singleOp("Pad", {{4, 4}}, {7, 9},
                     {{"begins", Doubles{1, 2}}, {"mode", "constant"}, {"value", 1.0}}),
      test::singleOp("Transpose", {{2, 3, 40, 35}}, {40, 2, 35, 3}, {{"perm", Doubles{2, 0, 3, 1}}}),
      test::singleOp("ReduceMean", {{2, 3, 4}}, {2, 4}, {{"axes", Doubles{1}}}),
      test::singleOp("ReduceSum", {{2, 3, 4, 2}}, {1, 3, 1, 2}, {{"axes", Doubles{0, 2}}}),
      test::singleOp("Softmax", {{2, 3, 4}}, {2, 3, 4}, {{"outer", 2.0}, {"axisSize", 3.0}, {"inner", 4.0}}),
      test::singleOp("LRN", {{1, 5, 3, 3}}, {1, 5, 3, 3},
                     {{"size", 3.0}, {"alpha", 1e-4}, {"beta", 0.75}, {"bias", 1.0}}),
  };
}

TEST(sound_plans_run) {
  setThreads(2);
  for (const PlanDescription& description : soundPlans()) {
    Plan plan(description);
    const test::ArenaGuard guard(plan, description);
    test::fillInputs(plan, 1);
    plan.run();
    EXPECT(plan.profile().size() == 1);
  }
}

TEST(damaged_plans_are_refused_or_stay_within_bounds) { test::runDamaged(soundPlans()); }

TEST(cancel_ends_a_run) {
  Plan plan(test::singleOp("Relu", {{100}}, {100}));
  plan.cancel();
  EXPECT_THROWS(plan.run(), Cancelled);
  plan.clearCancel();
  plan.run();
}

TEST(lut_slots_are_checked) {
  PlanDescription description = test::singleOp("Relu", {{100}}, {100});
  description.luts = 1;
  Plan plan(description);
  EXPECT_THROWS(plan.setLut(1, nullptr), PlanError);
  EXPECT_THROWS(plan.setLut(-1, nullptr), PlanError);
}

}  // namespace
}  // namespace approxtorch
