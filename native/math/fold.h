// Folds of many values into one. They run over a fixed number of streams, so that their order does not depend
// on the vector width: element i is folded into the stream i mod kStreams, then the streams by halves.
#pragma once

#include "host_device.h"

namespace approxtorch {
namespace {

constexpr int kStreams = 32;

struct Plus {
  template <class T>
  APPROXTORCH_HOST_DEVICE T operator()(T a, T b) const {
    return a + b;
  }
};

// NaN in the second operand passes; in the first one it stays.
struct Maximum {
  APPROXTORCH_HOST_DEVICE float operator()(float a, float b) const { return b <= a ? a : (a != a ? a : b); }
};

}  // namespace
}  // namespace approxtorch
