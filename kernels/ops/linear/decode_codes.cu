#include "../../launch.h"
#include "../../linear_gemm/plane_walk.h"
#include "decode_codes.h"

namespace approxtorch::cuda {
namespace {

// How images lie in a codes tensor, and in their padding.
struct CodePlanes {
  int channels, height, width;
  int padTop, padLeft;
  int origin, pitch, plane;  // of the codes of a channel: the first one without the halo
};

__global__ void decodeCodes(int64_t count, const uint8_t* codes, ActivationPairs pairs,
                            const float* derivative, PlaneWalk walk, CodePlanes planes, FaultReport fault,
                            float* values) {
  const int64_t i = globalThread();
  if (i >= count) return;
  int plane, y, x;
  walk.find(static_cast<int>(i), plane, y, x);
  y -= planes.padTop;
  x -= planes.padLeft;
  const ActivationPairs::Pair pair = pairs.of(plane / planes.channels / pairs.perSet, fault);
  const bool inside = static_cast<unsigned>(y) < static_cast<unsigned>(planes.height) &&
                      static_cast<unsigned>(x) < static_cast<unsigned>(planes.width);
  const int code =
      inside ? codes[int64_t{plane} * planes.plane + planes.origin + y * planes.pitch + x] : pair.zeroIndex;
  values[i] = pair.scale * (__ldg(derivative + code) - static_cast<float>(pair.zeroIndex + pairs.first));
}

}  // namespace

DecodedInput::DecodedInput(const lut::LayerWeightGradientSpec& spec)
    : codes_(spec.codes),
      derivative_(spec.derivative),
      pairs_(spec.qparams, spec.geometry.batch, spec.activationSigned, spec.codes),
      geometry_(spec.geometry),
      shape_(lut::convShape(spec.geometry)) {
  if (spec.skipPadding) return;
  const lut::ConvGeometry& g = geometry_;
  shape_.height += g.pads[0] + g.pads[2];
  shape_.width += g.pads[1] + g.pads[3];
  shape_.padTop = shape_.padLeft = 0;
}

void DecodedInput::decode(cudaStream_t stream, FaultReport fault, float* values) const {
  const lut::ConvGeometry& g = geometry_;
  const CodePlanes planes{static_cast<int>(g.channels),
                          static_cast<int>(g.height),
                          static_cast<int>(g.width),
                          static_cast<int>(g.pads[0] - shape_.padTop),
                          static_cast<int>(g.pads[1] - shape_.padLeft),
                          static_cast<int>(g.halo[0] * g.rowPitch() + g.halo[1]),
                          static_cast<int>(g.rowPitch()),
                          static_cast<int>(g.plane())};
  launchEach(stream, count(), decodeCodes, codes_.u8(), pairs_, derivative_.f32(),
             PlaneWalk(shape_.height, shape_.width), planes, fault, values);
}

}  // namespace approxtorch::cuda
