// Plans that are damaged at random.
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "plan_builder.h"
#include "test.h"

namespace approxtorch::test {

using Doubles = std::vector<double>;

class Damage {
 public:
  explicit Damage(unsigned seed) : random_(seed) {}

  void to(PlanDescription& plan) {
    std::vector<double*> numbers{&plan.arenaBytes, &plan.luts};
    for (auto* list : {&plan.inputs, &plan.outputs}) add(*list, numbers);
    for (TensorDescription& tensor : plan.tensors) {
      add(tensor.shape, numbers);
      numbers.push_back(&tensor.arenaOffset);
    }
    for (OpDescription& op : plan.ops) {
      add(op.inputs, numbers);
      add(op.outputs, numbers);
      for (auto& [name, value] : op.attributes) {
        if (auto* number = std::get_if<double>(&value)) numbers.push_back(number);
        if (auto* list = std::get_if<Doubles>(&value)) add(*list, numbers);
      }
    }
    *numbers[random_() % numbers.size()] = extreme();
    if (random_() % 8 == 0) {
      std::vector<Doubles*> lists{&plan.inputs, &plan.outputs, &plan.ops[0].inputs, &plan.ops[0].outputs};
      for (TensorDescription& tensor : plan.tensors) lists.push_back(&tensor.shape);
      Doubles& list = *lists[random_() % lists.size()];
      if (random_() % 2 == 0 && !list.empty()) {
        list.pop_back();
      } else {
        list.push_back(extreme());
      }
    }
  }

 private:
  static void add(Doubles& list, std::vector<double*>& numbers) {
    for (double& number : list) numbers.push_back(&number);
  }

  double extreme() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    static const Doubles values{-1,
                                0,
                                1,
                                2,
                                3,
                                4,
                                5,
                                6,
                                7,
                                8,
                                9,
                                12,
                                64,
                                128,
                                0.5,
                                1048576,
                                2147483647,
                                4294967296.0,
                                1e15,
                                1e300,
                                -64,
                                -2,
                                kInfinity,
                                -kInfinity,
                                std::nan(""),
                                -2147483648.0};
    return values[random_() % values.size()];
  }

  std::mt19937 random_;
};

// Damages each of the plans many times and runs what is not refused, watching over its memory.
inline void runDamaged(const std::vector<PlanDescription>& plans) {
  setThreads(2);
  unsigned seed = 0;
  int refused = 0;
  for (const PlanDescription& sound : plans) {
    for (int i = 0; i < 1500; ++i) {
      PlanDescription damaged = sound;
      Damage damage(++seed);
      for (unsigned faults = 1 + seed % 3; faults > 0; --faults) damage.to(damaged);
      // Memory that is asked for is not what is tested here.
      if (damaged.arenaBytes > (1 << 20) && damaged.arenaBytes < 1e16) continue;
      try {
        Plan plan(damaged);
        const ArenaGuard guard(plan, damaged);
        if (seed % 2 == 0) {
          fillInputs(plan, seed);
        } else {
          fillOnes(plan);
        }
        plan.run();
      } catch (const PlanError&) {
        ++refused;
      }
    }
  }
  EXPECT(refused > 1000);
}

}  // namespace approxtorch::test
