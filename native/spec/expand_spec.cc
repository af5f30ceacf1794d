#include "expand_spec.h"

namespace approxtorch {

ExpandSpec readExpand(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(y, x.shape.size(), x.shape.size());
  const BroadcastWalk walk = expandWalk(spec, x, y);
  return {x, y, walk, spec.attributes.number("scale")};
}

}  // namespace approxtorch
