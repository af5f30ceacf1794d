#include <algorithm>

#include "../launch.h"
#include "../scratch_layout.h"
#include "cublas.h"
#include "fast_divide.h"
#include "pointwise.h"
#include "sum_parts.h"

namespace approxtorch::cuda {
namespace {

// to [channels, pitch] from images [batch, channels, plane]: the images' planes one behind the other, then
// zeros.
__global__ void gatherChannels(int64_t count, const float* images, int channels, int positions,
                               FastDivisor pitch, FastDivisor plane, float* to) {
  const int64_t index = globalThread();
  if (index >= count) return;
  const int channel = pitch.quotient(static_cast<int>(index));
  const int position = static_cast<int>(index) - channel * static_cast<int>(pitch.divisor);
  const int image = plane.quotient(position);
  const int at = position - image * static_cast<int>(plane.divisor);
  const int64_t from = (int64_t{image} * channels + channel) * plane.divisor + at;
  to[index] = position < positions ? __ldg(images + from) : 0.0f;
}

// The sums over all images are made in parts, which are added up: a part is an image where its plane is
// large, else some positions of the factors that were gathered by channel. What moves less memory is done.
class PointwiseWeightGradient : public LinearOp {
 public:
  PointwiseWeightGradient(std::shared_ptr<Cublas> cublas, const ConvShape& s)
      : cublas_(std::move(cublas)),
        channels_(s.channels),
        outputs_(s.outputs),
        plane_(s.plane()),
        positions_(s.batch * s.plane()),
        gathers_(outputs_ * channels_ > (outputs_ + channels_) * plane_) {
    parts_ = s.batch;
    partTerms_ = plane_;
    workspace_ = layout_.add<char>(static_cast<int64_t>(cublas_->workspaceBytes()));
    if (gathers_) {
      constexpr int64_t kWantedTiles = 264, kTile = 128;  // two for each multiprocessor of the larger devices
      constexpr int64_t kFewestTerms = 256;               // that make up for a part's sums
      constexpr int64_t kAligned = 4;                     // floats that are loaded at once
      const int64_t tiles = ceilDivide(outputs_, kTile) * ceilDivide(channels_, kTile);
      const int64_t most = std::max<int64_t>(1, positions_ / kFewestTerms);
      const int64_t wanted = std::clamp<int64_t>(kWantedTiles / tiles, 1, most);
      partTerms_ = ceilDivide(ceilDivide(positions_, wanted), kAligned) * kAligned;
      parts_ = ceilDivide(positions_, partTerms_);
      gradients_ = layout_.add<float>(outputs_ * pitch());
      images_ = layout_.add<float>(channels_ * pitch());
    }
    sums_ = layout_.add<float>(parts_ * outputs_ * channels_);
  }

  size_t scratchBytes() const override { return layout_.bytes(); }
  const char* kernel() const override { return "cublas"; }

  void launch(cudaStream_t stream, void* scratch, const LinearOperands& o) const override {
    const auto place = [scratch](size_t offset) {
      return reinterpret_cast<float*>(static_cast<char*>(scratch) + offset);
    };
    BatchedView gradients{{o.a, plane_, 1}, outputs_ * plane_};
    BatchedView images{{o.b, 1, plane_}, channels_ * plane_};
    if (gathers_) {
      gather(stream, o.a, outputs_, place(gradients_));
      gather(stream, o.b, channels_, place(images_));
      gradients = {{place(gradients_), pitch(), 1}, partTerms_};
      images = {{place(images_), 1, pitch()}, partTerms_};
    }
    const ProductShape shape{parts_, outputs_, channels_, partTerms_};
    cublas_->multiply(stream, place(workspace_), shape, 1.0f, gradients, images, place(sums_));
    sumParts(stream, place(sums_), static_cast<int>(parts_), outputs_ * channels_, o.finish, o.results);
  }

 private:
  int64_t pitch() const { return parts_ * partTerms_; }
  void gather(cudaStream_t stream, const float* images, int64_t channels, float* to) const {
    launchEach(stream, channels * pitch(), gatherChannels, images, static_cast<int>(channels),
               static_cast<int>(positions_), FastDivisor(pitch()), FastDivisor(plane_), to);
  }

  std::shared_ptr<Cublas> cublas_;
  int64_t channels_, outputs_, plane_, positions_;
  bool gathers_;
  int64_t parts_, partTerms_;
  ScratchLayout layout_;
  size_t workspace_, gradients_ = 0, images_ = 0, sums_;
};

}  // namespace

std::unique_ptr<LinearOp> pointwiseWeightGradient(const ConvShape& s) {
  constexpr int64_t kMostBatch = 65535;       // products of a call
  constexpr int64_t kMostElements = 1 << 30;  // of a gathered factor, which kernels count in 31 bits
  if (!s.isPointwise()) return nullptr;
  const int64_t positions = s.batch * s.plane();
  if (s.batch > kMostBatch || std::max(s.outputs, s.channels) > kMostElements / positions) return nullptr;
  std::shared_ptr<Cublas> cublas = Cublas::forProducts({1, s.outputs, s.channels, positions});
  if (cublas == nullptr) return nullptr;
  return std::make_unique<PointwiseWeightGradient>(std::move(cublas), s);
}

}  // namespace approxtorch::cuda
