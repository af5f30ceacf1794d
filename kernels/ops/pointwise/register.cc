#include "factories.h"

namespace approxtorch::cuda {

void registerPointwise(Registry& registry) {
  registry["Relu"] = makeRelu;
  registry["Clip"] = makeClip;
  registry["LeakyRelu"] = makeLeakyRelu;
  registry["Elu"] = makeElu;
  registry["Sigmoid"] = makeSigmoid;
  registry["Tanh"] = makeTanh;
  registry["HardSigmoid"] = makeHardSigmoid;
  registry["HardSwish"] = makeHardSwish;
  registry["Add"] = makeAdd;
  registry["Sub"] = makeSub;
  registry["Mul"] = makeMul;
  registry["Div"] = makeDiv;
  registry["PRelu"] = makePRelu;
}

}  // namespace approxtorch::cuda
