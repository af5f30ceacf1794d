// SoftmaxCrossEntropy, sample by sample.
#include <cmath>

#include "../spec/loss_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class SoftmaxCrossEntropy : public Op {
 public:
  explicit SoftmaxCrossEntropy(const LossSpec& spec)
      : spec_(spec),
        logits_(spec.logits.f32()),
        teacher_(spec.teacher == nullptr ? nullptr : spec.teacher->f32()),
        samples_(spec.samples),
        classes_(spec.classes),
        parameters_(spec.parameters) {}

  void run(RunContext& context) override {
    auto* losses = context.sharedScratch<double>(2 * samples_);
    double* hits = losses + samples_;
    context.pool().parallelFor(samples_, rowsPerGrain(16 * classes_),
                               [&](int64_t begin, int64_t end, int thread) {
                                 float* work = context.threadScratch<float>(thread, 4 * classes_);
                                 for (int64_t i = begin; i < end; ++i) {
                                   const int64_t label = labelOf(i);
                                   losses[i] = sample(i, label, work);
                                   hits[i] = isFirstMaximum(logits_ + i * classes_, label) ? 1.0 : 0.0;
                                 }
                               });
    double loss = 0.0;
    double correct = 0.0;
    for (int64_t i = 0; i < samples_; ++i) {
      loss += losses[i];
      correct += hits[i];
    }
    *spec_.loss = static_cast<float>(loss / static_cast<double>(samples_));
    *spec_.correct = static_cast<float>(correct);
  }

 private:
  int64_t labelOf(int64_t i) const {
    const float label = spec_.labels.f32()[i];
    if (!(label >= 0.0f && static_cast<double>(label) < static_cast<double>(classes_)) ||
        label != std::floor(label)) {
      throw PlanError(spec_.labelError(i, label));
    }
    return static_cast<int64_t>(label);
  }

  // As accuracies are counted: the first of equal scores wins.
  bool isFirstMaximum(const float* scores, int64_t label) const {
    for (int64_t c = 0; c < classes_; ++c) {
      if (c < label ? !(scores[c] < scores[label]) : !(scores[c] <= scores[label])) return false;
    }
    return true;
  }

  // Writes the sample's gradient and returns its loss.
  double sample(int64_t i, int64_t label, float* work) const {
    const float* logits = logits_ + i * classes_;
    float* gradient = spec_.gradient + i * classes_;
    const float factor = parameters_.scale / static_cast<float>(samples_);
    const double loss = crossEntropy(logits, label, gradient, work);
    if (teacher_ == nullptr) {
      for (int64_t c = 0; c < classes_; ++c) gradient[c] *= factor;
      return loss;
    }
    const double weight = parameters_.distillWeight;
    const double t = parameters_.temperature;
    float* difference = work;
    const double divergence = distillation(logits, teacher_ + i * classes_, difference, work + classes_);
    const auto hard = static_cast<float>(1.0 - weight);
    const auto soft = static_cast<float>(weight * t);
    for (int64_t c = 0; c < classes_; ++c) {
      gradient[c] = (gradient[c] * hard + difference[c] * soft) * factor;
    }
    return (1.0 - weight) * loss + weight * t * t * divergence;
  }

  // gradient: p − q. work: `classes` floats
  double crossEntropy(const float* logits, int64_t label, float* gradient, float* work) const {
    floatKernels().softmax(logits, work, classes_, 1, true, nullptr);
    double sum = 0.0;
    for (int64_t c = 0; c < classes_; ++c) sum += work[c];
    const double share = parameters_.smoothing / static_cast<double>(classes_);
    const double loss = -(1.0 - parameters_.smoothing) * work[label] - share * sum;
    floatKernels().softmax(logits, gradient, classes_, 1, false, nullptr);
    const auto others = static_cast<float>(share);
    for (int64_t c = 0; c < classes_; ++c) gradient[c] -= others;
    gradient[label] -= static_cast<float>(1.0 - parameters_.smoothing);
    return loss;
  }

  // difference: s − t. work: 3·classes floats. Returns Σ t·log(t/s).
  double distillation(const float* logits, const float* teacher, float* difference, float* work) const {
    const auto softmax = floatKernels().softmax;
    float* scaled = work;
    float* logS = work + classes_;
    float* logT = logS + classes_;
    for (int64_t c = 0; c < classes_; ++c) scaled[c] = logits[c] / parameters_.temperature;
    softmax(scaled, logS, classes_, 1, true, nullptr);
    softmax(scaled, difference, classes_, 1, false, nullptr);
    for (int64_t c = 0; c < classes_; ++c) scaled[c] = teacher[c] / parameters_.temperature;
    softmax(scaled, logT, classes_, 1, true, nullptr);
    float* t = scaled;
    softmax(scaled, t, classes_, 1, false, nullptr);
    double divergence = 0.0;
    for (int64_t c = 0; c < classes_; ++c) {
      // t·log t is 0 at 0, even where its logarithm is −∞.
      if (t[c] > 0.0f) divergence += t[c] * (static_cast<double>(logT[c]) - logS[c]);
      difference[c] -= t[c];
    }
    return divergence;
  }

  LossSpec spec_;
  const float* logits_;
  const float* teacher_;
  int64_t samples_, classes_;
  LossParameters parameters_;
};

}  // namespace

OpPointer makeSoftmaxCrossEntropy(OpSpec& spec) {
  return std::make_unique<SoftmaxCrossEntropy>(readSoftmaxCrossEntropy(spec));
}

}  // namespace approxtorch
