// The inner loops of gradients, losses and optimizers, one set per ISA (gradient_<isa>.cc), chosen once at
// run time. As with float_kernels.h, all sets give the same bits.
#pragma once

#include <cstdint>

#include "float_kernels.h"

namespace approxtorch {

// Mean of a block of values, and the sum of squares of their distances from it.
struct BlockMoments {
  double mean, squares;
};

// Σ g and Σ g·(x − mean) over a block.
struct BlockSums {
  float gradient, product;
};

// One step of SGD: g' = g·clip + p·weightDecay, v = v·momentum + g',
// p −= learningRate·(nesterov ? g' + v·momentum : v)
struct SgdStep {
  float clip, weightDecay, momentum, learningRate;
  bool nesterov;
};

// One step of Adam: p·= shrink, g' = g·clip + p·weightDecay, m += (g' − m)·fresh1,
// v = v·beta2 + g'²·fresh2, p −= stepSize·m / (√v / rootCorrection + epsilon); fresh = 1 − beta
struct AdamStep {
  float clip, weightDecay, shrink, fresh1, beta2, fresh2, stepSize, rootCorrection, epsilon;
};

// Which elements a Dropout leaves out.
struct DropoutDraw {
  uint32_t first, second;  // keys
  uint32_t threshold;      // of a hash that is uniform in [0, 2^32): below it the element becomes 0
};

struct GradientKernels {
  // dx[i] = g[i]·f'(v[i]); dx may be g or v.
  void (*pointwise[static_cast<int>(Pointwise::kCount)])(const float* g, const float* v, float* dx,
                                                         int64_t count, UnaryParameters p);
  // dx[i] = x[i] < 0 ? g[i]·slope : g[i] and dslope[i] = x[i] < 0 ? g[i]·x[i] : 0, for one slope or slope[i];
  // dx or dslope may be g or x.
  void (*pRelu)(const float* g, const float* x, const float* slope, bool oneSlope, float* dx, float* dslope,
                int64_t count);
  // y[i] = x[i]/(1 − ratio) = x[i]·scale, or 0; `index` is that of x[0], of which the low 32 bits count.
  // y may be x.
  void (*dropout)(const float* x, float* y, uint32_t index, int64_t count, float scale, DropoutDraw draw);

  // count ≥ 1
  BlockMoments (*moments)(const float* x, int64_t count);
  BlockSums (*gradientSums)(const float* g, const float* x, int64_t count, float mean);
  // y[i] = (x[i] − mean)·scale + bias
  void (*normalize)(const float* x, float* y, int64_t count, float mean, float scale, float bias);
  // dx[i] = (g[i] − shift − (x[i] − mean)·slope)·scale; dx may be g or x.
  void (*normalizeGradient)(const float* g, const float* x, float* dx, int64_t count, float mean, float shift,
                            float slope, float scale);

  // Over `size` values that lie `inner` apart, for each of `inner` neighbours, from y = softmax(x) or its
  // logarithm. dx may be g or y. work: `inner` floats.
  void (*softmax)(const float* g, const float* y, float* dx, int64_t size, int64_t inner, bool logarithm,
                  float* work);
  // With d = bias + scale·squares[i]: powers[i] = d^−beta, terms[i] = g[i]·x[i]·d^(−beta − 1).
  void (*localTerms)(const float* g, const float* x, const float* squares, float* powers, float* terms,
                     int64_t count, float bias, float scale, float beta);
  // dx[i] = g[i]·powers[i] − factor·x[i]·sums[i]; dx may be g or x.
  void (*localGradient)(const float* g, const float* x, const float* powers, const float* sums, float* dx,
                        int64_t count, float factor);

  // One plane each: g has outHeight × outWidth values, dx height × width and may be g, work has
  // layout.gradientFloats().
  void (*maximumPlane)(const WindowLayout& layout, const float* g, const float* x, float* dx, float* work);
  // Each window's gradient divided by rows[oy]·columns[ox].
  void (*averagePlane)(const WindowLayout& layout, const float* g, const float* rows, const float* columns,
                       float* dx, float* work);
  // Index of the first of the largest values; of the first NaN where there is one. count ≥ 1
  int64_t (*firstMaximum)(const float* x, int64_t count);

  double (*sumSquares)(const float* x, int64_t count);
  void (*sgd)(float* p, const float* g, float* velocity, int64_t count, SgdStep step);
  void (*adam)(float* p, const float* g, float* mean, float* square, int64_t count, AdamStep step);
  // average[i] += (p[i] − average[i])·fresh
  void (*average)(float* average, const float* p, int64_t count, float fresh);
};

extern const GradientKernels kGradientScalar;
extern const GradientKernels kGradientAvx2;
extern const GradientKernels kGradientAvx512;

// The set for the ISA in use.
const GradientKernels& gradientKernels();

}  // namespace approxtorch
