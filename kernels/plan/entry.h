// The functions of these names in interface.h.
#pragma once

#include "../interface.h"

namespace approxtorch::cuda {

const char* opTypesText();

int32_t createPlan(int32_t device, const ApproxtorchCudaPlanDescription* description,
                   ApproxtorchCudaPlan** plan, char* error, size_t errorSize);
void destroyPlan(ApproxtorchCudaPlan* plan);
int32_t submit(ApproxtorchCudaPlan* plan, const float* const* inputs, int32_t* ticket, char* error,
               size_t errorSize);
int32_t wait(ApproxtorchCudaPlan* plan, int32_t ticket, const float** outputs, char* error, size_t errorSize);
int32_t findNonFinite(ApproxtorchCudaPlan* plan, const float* const* inputs, int64_t* op, char* error,
                      size_t errorSize);
int32_t readState(ApproxtorchCudaPlan* plan, int64_t state, float* values, char* error, size_t errorSize);
int32_t writeState(ApproxtorchCudaPlan* plan, int64_t state, const float* values, char* error,
                   size_t errorSize);
int32_t setLut(ApproxtorchCudaPlan* plan, int64_t slot, const int32_t* table, char* error, size_t errorSize);
int32_t profile(ApproxtorchCudaPlan* plan, ApproxtorchCudaOpProfile* ops, char* error, size_t errorSize);

}  // namespace approxtorch::cuda
