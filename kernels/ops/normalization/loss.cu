// SoftmaxCrossEntropy: a warp per sample, then one for the sums.
#include "../../../native/spec/loss_spec.h"
#include "factories.h"
#include "row_softmax.h"

namespace approxtorch::cuda {
namespace {

struct SampleLoss {
  double loss, hit;
};

struct Logits {
  const float *logits, *labels, *teacher;  // teacher: null where it does not count
  int64_t classes;
};

// As accuracies are counted: the first of equal scores wins.
__device__ bool isFirstMaximum(const float* scores, int64_t classes, int64_t label) {
  const float score = scores[label];
  bool wins = true;
  for (int64_t c = laneOfWarp(); c < classes; c += kWarp) {
    wins = wins && (c < label ? scores[c] < score : scores[c] <= score);
  }
  return __all_sync(kAllLanes, wins ? 1 : 0) != 0;
}

// The distributions of logits and of the teacher's, at a temperature.
struct Distillation {
  const float *logits, *teacher;
  float temperature;
  RowSoftmax s, t;

  static __device__ Distillation of(const float* logits, const float* teacher, int64_t classes,
                                    float temperature) {
    const RowSoftmax s = RowSoftmax::of(classes, [=](int64_t c) { return logits[c] / temperature; });
    const RowSoftmax t = RowSoftmax::of(classes, [=](int64_t c) { return teacher[c] / temperature; });
    return {logits, teacher, temperature, s, t};
  }

  // A term of Σ t·log(t/s): t·log t is 0 at 0, even where its logarithm is −∞.
  __device__ double divergence(int64_t c) const {
    const float scaled = teacher[c] / temperature;
    const float p = t.probability(scaled);
    if (!(p > 0.0f)) return 0.0;
    return p * (static_cast<double>(t.logarithm(scaled)) - s.logarithm(logits[c] / temperature));
  }
  __device__ float difference(int64_t c) const {
    return s.probability(logits[c] / temperature) - t.probability(teacher[c] / temperature);
  }
};

__global__ void sampleLosses(int64_t samples, Logits in, LossParameters p, SampleLoss* losses,
                             float* gradient, FaultReport fault) {
  const int64_t i = globalWarp();
  if (i >= samples) return;
  const float given = in.labels[i];
  if (!(given >= 0.0f && static_cast<double>(given) < static_cast<double>(in.classes)) ||
      given != floorf(given)) {
    if (laneOfWarp() == 0) fault.raise(static_cast<int32_t>(i), given);
    return;
  }
  const auto label = static_cast<int64_t>(given);
  const float* logits = in.logits + i * in.classes;
  gradient += i * in.classes;

  const RowSoftmax softmax = RowSoftmax::of(in.classes, [=](int64_t c) { return logits[c]; });
  const double logarithms = foldRow(
      in.classes, 0.0, [=](int64_t c) { return softmax.logarithm(logits[c]); }, Plus());
  const double share = p.smoothing / static_cast<double>(in.classes);
  const double loss = -(1.0 - p.smoothing) * softmax.logarithm(logits[label]) - share * logarithms;
  const auto others = static_cast<float>(share);
  const auto own = static_cast<float>(1.0 - p.smoothing);
  // p − q
  const auto hardGradient = [=](int64_t c) {
    const float rest = softmax.probability(logits[c]) - others;
    return c == label ? rest - own : rest;
  };
  const float factor = p.scale / static_cast<float>(samples);
  SampleLoss result{loss, isFirstMaximum(logits, in.classes, label) ? 1.0 : 0.0};
  if (in.teacher == nullptr) {
    for (int64_t c = laneOfWarp(); c < in.classes; c += kWarp) gradient[c] = hardGradient(c) * factor;
  } else {
    const Distillation soft =
        Distillation::of(logits, in.teacher + i * in.classes, in.classes, p.temperature);
    const double divergence = foldRow(
        in.classes, 0.0, [&](int64_t c) { return soft.divergence(c); }, Plus());
    const double t = p.temperature;
    const auto hardWeight = static_cast<float>(1.0 - p.distillWeight);
    const auto softWeight = static_cast<float>(p.distillWeight * t);
    for (int64_t c = laneOfWarp(); c < in.classes; c += kWarp) {
      gradient[c] = (hardGradient(c) * hardWeight + soft.difference(c) * softWeight) * factor;
    }
    result.loss = (1.0 - p.distillWeight) * loss + p.distillWeight * t * t * divergence;
  }
  if (laneOfWarp() == 0) losses[i] = result;
}

__global__ void sumLosses(int64_t /*rows*/, const SampleLoss* losses, int64_t samples, float* loss,
                          float* correct) {
  if (globalWarp() > 0) return;
  const double sum = foldRow(
      samples, 0.0, [=](int64_t i) { return losses[i].loss; }, Plus());
  const double hits = foldRow(
      samples, 0.0, [=](int64_t i) { return losses[i].hit; }, Plus());
  if (laneOfWarp() != 0) return;
  *loss = static_cast<float>(sum / static_cast<double>(samples));
  *correct = static_cast<float>(hits);
}

class SoftmaxCrossEntropy : public Op {
 public:
  explicit SoftmaxCrossEntropy(const LossSpec& spec) : spec_(spec) {}

  size_t scratchBytes() const override { return static_cast<size_t>(spec_.samples) * sizeof(SampleLoss); }

  void launch(const LaunchContext& context) override {
    const LossSpec& s = spec_;
    auto* losses = context.scratchAs<SampleLoss>();
    const Logits logits{s.logits.f32(), s.labels.f32(), s.teacher == nullptr ? nullptr : s.teacher->f32(),
                        s.classes};
    launchWarps(context.stream, s.samples, sampleLosses, logits, s.parameters, losses, s.gradient,
                context.fault);
    launchWarps(context.stream, 1, sumLosses, losses, s.samples, s.loss, s.correct);
  }

  std::string faultText(const Fault& fault) const override {
    return spec_.labelError(fault.index, fault.value);
  }

 private:
  LossSpec spec_;
};

}  // namespace

OpPointer makeSoftmaxCrossEntropy(OpSpec& spec) {
  return std::make_unique<SoftmaxCrossEntropy>(readSoftmaxCrossEntropy(spec));
}

}  // namespace approxtorch::cuda
