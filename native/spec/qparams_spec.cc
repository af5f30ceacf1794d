#include "qparams_spec.h"

namespace approxtorch::lut {

void expectQParams(const OpSpec& spec, const Tensor& qparams, int64_t batch) {
  spec.expectRank(qparams, 2, 2);
  if (qparams.shape[1] != 2 || batch % qparams.shape[0] != 0) {
    spec.fail("'" + qparams.name + "' " + shapeText(qparams.shape) + " does not fit a batch of " +
              std::to_string(batch));
  }
}

std::string noQParamsText(const Tensor& qparams) {
  return "'" + qparams.name + "' holds no quantization parameters";
}

std::string noRangeText(const std::string& tensor) {
  return "tensor '" + tensor + "' holds a NaN, an infinity or a range wider than float32 holds";
}

}  // namespace approxtorch::lut
