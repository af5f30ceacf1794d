#include "factories.h"

namespace approxtorch::cuda {

void registerLayout(Registry& registry) {
  registry["Concat"] = makeConcat;
  registry["Slice"] = makeSlice;
  registry["Transpose"] = makeTranspose;
  registry["Pad"] = makePad;
  registry["SliceGradient"] = makeSliceGradient;
  registry["PadGradient"] = makePadGradient;
}

}  // namespace approxtorch::cuda
