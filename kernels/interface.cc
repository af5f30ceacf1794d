// The library's one exported symbol.
#include "interface.h"

#include "device.h"
#include "ops/lut/kernel_choice.h"
#include "plan/entry.h"
#include "probe.h"

extern "C" __attribute__((visibility("default"))) const ApproxtorchCudaInterface*
approxtorch_cuda_interface() {
  using namespace approxtorch::cuda;
  static const ApproxtorchCudaInterface table = {
      APPROXTORCH_CUDA_INTERFACE_VERSION,
      sizeof(ApproxtorchCudaInterface),
      APPROXTORCH_CUDA_CODES,
      versions,
      deviceCount,
      deviceProperties,
      probeDevice,
      opTypesText(),
      kLutKernelNames,
      createPlan,
      destroyPlan,
      submit,
      wait,
      findNonFinite,
      readState,
      writeState,
      setLut,
      profile,
  };
  return &table;
}
