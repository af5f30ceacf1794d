#include "library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace approxtorch {
namespace {

void* openLibrary(const std::string& path) {
  // NODELETE: the CUDA runtime inside has threads and exit handlers that must not lose their code.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw std::runtime_error(std::string("the CUDA library cannot be loaded: ") +
                             (reason == nullptr ? path : reason));
  }
  return handle;
}

const ApproxtorchCudaInterface* interfaceOf(void* handle, const std::string& path) {
  using Entry = const ApproxtorchCudaInterface* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, APPROXTORCH_CUDA_ENTRY));
  const ApproxtorchCudaInterface* found = entry == nullptr ? nullptr : entry();
  if (found == nullptr) {
    throw std::runtime_error(path + " is not approxtorch's CUDA library: it has no " APPROXTORCH_CUDA_ENTRY);
  }
  // Nothing behind the version and the size is read before both are known to be ours.
  if (found->version != APPROXTORCH_CUDA_INTERFACE_VERSION) {
    throw std::runtime_error("the CUDA library has interface version " + std::to_string(found->version) +
                             ", the addon needs " + std::to_string(APPROXTORCH_CUDA_INTERFACE_VERSION) +
                             "; build both again with: npm run build");
  }
  if (found->size < sizeof(ApproxtorchCudaInterface)) {
    throw std::runtime_error("the CUDA library is older than the addon: its interface has " +
                             std::to_string(found->size) + " of " +
                             std::to_string(sizeof(ApproxtorchCudaInterface)) +
                             " bytes; build both again with: npm run build");
  }
  return found;
}

}  // namespace

void CudaLibrary::Close::operator()(void* handle) const { dlclose(handle); }

CudaLibrary::CudaLibrary(const std::string& path)
    : handle_(openLibrary(path)), interface_(interfaceOf(handle_.get(), path)) {}

}  // namespace approxtorch
