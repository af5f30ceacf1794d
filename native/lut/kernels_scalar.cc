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
                                  quantizeMaskedLoop,
                                  observeRangeLoop};
  return &kernels;
}

}  // namespace approxtorch::lut
