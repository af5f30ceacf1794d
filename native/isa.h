// Which instruction set the kernels use; found at run time.
#pragma once

#include <vector>

namespace approxtorch {

enum class Isa {
  kScalar,
  kAvx2,    // AVX2, FMA, F16C, BMI2
  kAvx512,  // and AVX-512 F, BW, DQ, VL, VBMI
};

const char* isaName(Isa isa);

// What this build and this CPU (with its operating system) can run, ascending.
std::vector<Isa> supportedIsas();

// The best supported one, or the one that the environment variable APPROXTORCH_ISA names. Decided on the
// first call. Throws std::runtime_error where that name is unknown or not supported.
Isa currentIsa();

}  // namespace approxtorch
