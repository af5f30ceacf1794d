#include "elementwise_loops.h"

namespace approxtorch::lut {

const Kernels* scalarKernels() {
  static const Kernels kernels = {"scalar",
                                  {0},
                                  0,
                                  nullptr,
                                  nullptr,
                                  nullptr,
                                  nullptr,
                                  addPlanesLoop,
                                  dequantizeLoop,
                                  quantizeLoop,
                                  observeRangeLoop};
  return &kernels;
}

}  // namespace approxtorch::lut
