#include "cublas_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

namespace approxtorch::cuda {
namespace {

#ifdef APPROXTORCH_CUDA_EMULATED
constexpr const char* kNames[] = {nullptr};  // a real one cannot read the emulated device's memory
#else
constexpr const char* kNames[] = {"libcublas.so.13", "libcublas.so.12", "libcublas.so.11", nullptr};
#endif

std::runtime_error unusable(const std::string& why) {
  return std::runtime_error("APPROXTORCH_CUBLAS: " + why.substr(0, why.find('\n')));
}

// Throws where the file cannot be loaded or lacks a function.
CublasLibrary load(const char* file) {
  // Never closed: what it has registered with the driver stays.
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw unusable(dlerror());
  CublasLibrary functions{};
  const auto find = [&](auto& function, const char* name) {
    void* address = dlsym(library, name);
    if (address == nullptr) throw unusable(std::string(file) + ": it has no " + name);
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(address);
  };
  find(functions.create, "cublasCreate_v2");
  find(functions.destroy, "cublasDestroy_v2");
  find(functions.setStream, "cublasSetStream_v2");
  find(functions.setWorkspace, "cublasSetWorkspace_v2");
  find(functions.setMathMode, "cublasSetMathMode");
  find(functions.multiply, "cublasSgemmStridedBatched");
  return functions;
}

std::optional<CublasLibrary> find() {
  const char* setting = std::getenv("APPROXTORCH_CUBLAS");
  const std::string named = setting == nullptr ? "" : setting;
  if (named == "off") return std::nullopt;
  if (!named.empty()) {
    CublasLibrary library = load(named.c_str());
    library.named = true;
    return library;
  }
  for (const char* const* name = kNames; *name != nullptr; ++name) {
    try {
      return load(*name);
    } catch (const std::runtime_error&) {
      // The next one may do.
    }
  }
  return std::nullopt;
}

}  // namespace

const CublasLibrary* cublasLibrary() {
  static const std::optional<CublasLibrary> library = find();
  return library ? &*library : nullptr;
}

}  // namespace approxtorch::cuda
