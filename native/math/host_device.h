// Functions that the CPU engine and kernels of the CUDA engine share.
#pragma once

#ifdef __CUDACC__
#define APPROXTORCH_HOST_DEVICE __host__ __device__
#else
#define APPROXTORCH_HOST_DEVICE
#endif
