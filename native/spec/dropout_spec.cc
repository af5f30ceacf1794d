#include "dropout_spec.h"

#include <cmath>

#include "common.h"

namespace approxtorch {

DropoutSpec readDropout(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  const double ratio = spec.attributes.real("ratio", 0.0, 1.0);
  if (ratio == 1.0) spec.fail("a ratio of 1 leaves nothing");
  const auto salt = static_cast<uint32_t>(spec.attributes.integer("salt", 0, UINT32_MAX));
  return {x,
          scalarInput(spec, 1),
          y,
          salt,
          static_cast<uint32_t>(std::ldexp(ratio, 32)),
          static_cast<float>(1.0 / (1.0 - ratio))};
}

}  // namespace approxtorch
