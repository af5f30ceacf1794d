// The CUDA kernels and their launchers, compiled for the emulation.
#include "../../kernels/lut_gemm/lut_gemm.cu"
