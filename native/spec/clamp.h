#pragma once

namespace approxtorch {

// min(max(y, low), high); NaN passes. `none` is (−inf, inf), relu is (0, inf).
struct Clamp {
  float low, high;
};

}  // namespace approxtorch
