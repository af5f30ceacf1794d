// What the CUDA library (approxtorch_cuda) offers the addon: plain C, and no exceptions across the border.
// The library exports approxtorch_cuda_interface and nothing else.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Rises where something that exists changes. Functions are appended to the table without: its size tells.
#define APPROXTORCH_CUDA_INTERFACE_VERSION 1

// The name under which approxtorch_cuda_interface is looked up.
#define APPROXTORCH_CUDA_ENTRY "approxtorch_cuda_interface"

// What functions return. With any but OK, `error` (of `errorSize` > 0 chars) holds a text, ended by 0, cut to
// fit.
enum {
  APPROXTORCH_CUDA_OK = 0,
  APPROXTORCH_CUDA_FAILED = 1,          // the text is all that is known
  APPROXTORCH_CUDA_NO_DRIVER = 2,       // libcuda cannot be loaded
  APPROXTORCH_CUDA_DRIVER_TOO_OLD = 3,  // for the runtime in the library
  APPROXTORCH_CUDA_NO_DEVICE = 4,       // the driver finds none, or none that may be used
  APPROXTORCH_CUDA_NO_CODE = 5,         // the library has no code for the device's architecture
  APPROXTORCH_CUDA_OUT_OF_MEMORY = 6,   // the device, or the host for what the device reads there
  APPROXTORCH_CUDA_REFUSED = 7,         // a plan that is not sound, or data that cannot be computed with
};

typedef struct ApproxtorchCudaDevice {
  char name[256];
  int32_t major, minor;  // compute capability
  int32_t multiprocessors;
  uint64_t totalMemory;  // bytes
} ApproxtorchCudaDevice;

// A plan, as native/plan/description.h has it. Numbers that must be integers are checked here, as everything
// is.
typedef struct ApproxtorchCudaTensor {
  int32_t type;  // 0: f32, 1: u8, 2: i32
  const char* name;
  const double* shape;
  size_t rank;
  double arenaOffset;  // used where `data` is null
  const void* data;    // constant; read by createPlan only
  int64_t dataCount;   // elements of `data`
} ApproxtorchCudaTensor;

// One of text, numbers and number: the first that is not null.
typedef struct ApproxtorchCudaAttribute {
  const char* name;
  const char* text;
  const double* numbers;
  size_t numberCount;
  double number;
} ApproxtorchCudaAttribute;

typedef struct ApproxtorchCudaOp {
  const char *type, *name;
  const double *inputs, *outputs;  // indices of tensors; -1: an input that is left out
  size_t inputCount, outputCount;
  const ApproxtorchCudaAttribute* attributes;
  size_t attributeCount;
} ApproxtorchCudaOp;

typedef struct ApproxtorchCudaPlanDescription {
  const ApproxtorchCudaTensor* tensors;
  size_t tensorCount;
  const ApproxtorchCudaOp* ops;
  size_t opCount;
  double arenaBytes, luts;
  const double *inputs, *outputs, *states;
  size_t inputCount, outputCount, stateCount;
  const char* kernel;  // the family of LUT-GEMM kernels to use; null: the fastest for each layer
} ApproxtorchCudaPlanDescription;

typedef struct ApproxtorchCudaOpProfile {
  double seconds;      // of all runs, shared out as the first one's time was
  const char* kernel;  // of the last run; empty where the op has but one. Good until the next call
} ApproxtorchCudaOpProfile;

// A plan on a device. Its functions may be called from any thread, but not two at the same time, except that
// `wait` may run beside the others.
typedef struct ApproxtorchCudaPlan ApproxtorchCudaPlan;

typedef struct ApproxtorchCudaInterface {
  uint32_t version;   // APPROXTORCH_CUDA_INTERFACE_VERSION of the library's build
  uint32_t size;      // sizeof(ApproxtorchCudaInterface), likewise
  const char* codes;  // the device code inside: "sm_80 sm_90 compute_90", the last one as PTX

  // CUDA versions as 1000 * major + 10 * minor: of the runtime inside, and the latest that the driver
  // supports (0: there is no driver).
  int32_t (*versions)(int32_t* runtime, int32_t* driver, char* error, size_t errorSize);

  // The number of devices, at least 1 with OK.
  int32_t (*deviceCount)(int32_t* count, char* error, size_t errorSize);

  // What the driver says of a device. Costs no memory there: it is not initialized.
  int32_t (*deviceProperties)(int32_t index, ApproxtorchCudaDevice* device, char* error, size_t errorSize);

  // Runs a kernel on a device, checks its result, and says how many bytes are free then.
  int32_t (*probeDevice)(int32_t index, uint64_t* freeMemory, char* error, size_t errorSize);

  // The types of ops that plans may name, ascending, separated by blanks; and the names of the families of
  // LUT-GEMM kernels, likewise.
  const char* opTypes;
  const char* kernels;

  // Checks a plan and takes its memory on the device.
  int32_t (*createPlan)(int32_t device, const ApproxtorchCudaPlanDescription* description,
                        ApproxtorchCudaPlan** plan, char* error, size_t errorSize);
  // Waits for its runs.
  void (*destroyPlan)(ApproxtorchCudaPlan* plan);

  // Begins a run and does not wait for it. `inputs`: one array per input of the plan, read before this
  // returns. At most two runs may be under way; they take place in their order. `ticket`: 0 or 1, for `wait`.
  int32_t (*submit)(ApproxtorchCudaPlan* plan, const float* const* inputs, int32_t* ticket, char* error,
                    size_t errorSize);
  // Waits for a run. Its results lie in `outputs`, one array per output of the plan, until the ticket is used
  // again.
  int32_t (*wait)(ApproxtorchCudaPlan* plan, int32_t ticket, const float** outputs, char* error,
                  size_t errorSize);
  // Runs the plan up to the first op that leaves a NaN or an infinity in one of its f32 outputs: its index,
  // or -1.
  int32_t (*findNonFinite)(ApproxtorchCudaPlan* plan, const float* const* inputs, int64_t* op, char* error,
                           size_t errorSize);
  int32_t (*readState)(ApproxtorchCudaPlan* plan, int64_t state, float* values, char* error,
                       size_t errorSize);
  int32_t (*writeState)(ApproxtorchCudaPlan* plan, int64_t state, const float* values, char* error,
                        size_t errorSize);
  // table: 256 * 256 products, row = activation index. Takes effect on the next run.
  int32_t (*setLut)(ApproxtorchCudaPlan* plan, int64_t slot, const int32_t* table, char* error,
                    size_t errorSize);
  // One entry per op of the plan.
  int32_t (*profile)(ApproxtorchCudaPlan* plan, ApproxtorchCudaOpProfile* ops, char* error, size_t errorSize);
} ApproxtorchCudaInterface;

// The table is constant and lives as long as the library is loaded.
const ApproxtorchCudaInterface* approxtorch_cuda_interface(void);

#ifdef __cplusplus
}
#endif
