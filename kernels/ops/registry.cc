#include "factories.h"

namespace approxtorch::cuda {

const Registry& opRegistry() {
  static const Registry registry{
      {"Relu", makeRelu},
      {"Clip", makeClip},
      {"LeakyRelu", makeLeakyRelu},
      {"Elu", makeElu},
      {"Sigmoid", makeSigmoid},
      {"Tanh", makeTanh},
      {"HardSigmoid", makeHardSigmoid},
      {"HardSwish", makeHardSwish},
      {"Add", makeAdd},
      {"Sub", makeSub},
      {"Mul", makeMul},
      {"Div", makeDiv},
      {"PRelu", makePRelu},
  };
  return registry;
}

}  // namespace approxtorch::cuda
