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
  registry["ActivationGradient"] = makeActivationGradient;
  registry["LeakyReluGradient"] = makeLeakyReluGradient;
  registry["EluGradient"] = makeEluGradient;
  registry["HardSigmoidGradient"] = makeHardSigmoidGradient;
  registry["HardSwishGradient"] = makeHardSwishGradient;
  registry["SigmoidGradient"] = makeSigmoidGradient;
  registry["TanhGradient"] = makeTanhGradient;
  registry["PReluGradient"] = makePReluGradient;
  registry["Expand"] = makeExpand;
  registry["Dropout"] = makeDropout;
}

}  // namespace approxtorch::cuda
