// float32 [N, C, H, W] → operand indices with a halo of zero points and, where asked, the mask of the values
// that are not clipped.
#include "../../../native/spec/quantize_spec.h"
#include "../../activation_pairs.h"
#include "../../launch.h"
#include "factories.h"
#include "halo.h"

namespace approxtorch::cuda {
namespace {

template <bool kMasked>
__global__ void quantizeValues(int64_t count, const float* x, ActivationPairs pairs, HaloPlanes planes,
                               uint8_t* codes, uint8_t* mask, FaultReport fault) {
  const int64_t i = globalThread();
  bool inside = false;
  if (i < count) {
    const lut::Requantize to = pairs.quantizer(i / pairs.perSet, fault);
    const lut::MaskedCode code = lut::maskedCodeOf(x[i], to);
    inside = code.inside;
    codes[planes.place(i)] = code.code;
  }
  if (!kMasked) return;
  // A warp's lanes are 32 elements one behind the other, hence four bytes of the mask.
  constexpr int kBits = 8;
  const unsigned votes = __ballot_sync(0xffffffffu, inside);
  const unsigned lane = threadIdx.x % 32;
  if (i < count && lane % kBits == 0) mask[i / kBits] = static_cast<uint8_t>(votes >> lane);
}

__global__ void fillHalo(int64_t count, ActivationPairs pairs, HaloPlanes planes, int64_t planesPerSet,
                         uint8_t* codes, FaultReport fault) {
  const int64_t i = globalThread();
  if (i >= count || !planes.inHalo(i)) return;
  codes[i] = static_cast<uint8_t>(pairs.of(i / planes.plane() / planesPerSet, fault).zeroIndex);
}

class QuantizeOp : public Op {
 public:
  explicit QuantizeOp(const lut::QuantizeSpec& spec)
      : spec_(spec),
        pairs_(spec.qparams, spec.x.count(), spec.isSigned, spec.codes),
        planes_(spec.x.shape[2], spec.x.shape[3], spec.halo) {}

  void launch(const LaunchContext& context) override {
    uint8_t* mask = spec_.mask == nullptr ? nullptr : spec_.mask->u8();
    launchEach(context.stream, spec_.x.count(),
               mask == nullptr ? quantizeValues<false> : quantizeValues<true>, spec_.x.f32(), pairs_, planes_,
               spec_.codes.u8(), mask, context.fault);
    if (planes_.bare()) return;
    const int64_t planesPerSet = spec_.x.shape[0] * spec_.x.shape[1] / spec_.qparams.shape[0];
    launchEach(context.stream, spec_.codes.count(), fillHalo, pairs_, planes_, planesPerSet, spec_.codes.u8(),
               context.fault);
  }

  std::string faultText(const Fault&) const override { return lut::noQParamsText(spec_.qparams); }

 private:
  const lut::QuantizeSpec spec_;
  const ActivationPairs pairs_;
  const HaloPlanes planes_;
};

}  // namespace

OpPointer makeQuantize(OpSpec& spec) { return std::make_unique<QuantizeOp>(lut::readQuantize(spec)); }

}  // namespace approxtorch::cuda
