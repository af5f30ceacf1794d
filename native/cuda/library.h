// The CUDA library of kernels/, opened at run time.
#pragma once

#include <memory>
#include <string>

#include "../../kernels/interface.h"

namespace approxtorch {

// A library that is open, of the interface that this addon was built for.
class CudaLibrary {
 public:
  // Throws std::runtime_error with a reason of one line: the file cannot be loaded, is no CUDA library of
  // ours, or one of another interface version.
  explicit CudaLibrary(const std::string& path);

  const ApproxtorchCudaInterface* operator->() const { return interface_; }

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Close> handle_;
  const ApproxtorchCudaInterface* interface_;
};

}  // namespace approxtorch
