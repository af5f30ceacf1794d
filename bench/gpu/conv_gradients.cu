// Times convolutions and their gradients on a GPU, at the layers' shapes of ResNet-20 (CIFAR) and a few
// others, and checks some of their results:
//   nvcc -std=c++17 -fmad=false -O3 -arch=sm_90 -o conv_gradients_bench bench/gpu/conv_gradients.cu
//     kernels/linear_gemm/*.cu kernels/linear_gemm/*.cc native/spec/conv_shape.cc -ldl
// APPROXTORCH_CUBLAS=off measures the own kernels only.
// Arguments: the batch (128). Exits with 1 if results are wrong. Medians over warm runs, random values.
#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "../../kernels/linear_gemm/convolution.h"
#include "../../kernels/linear_gemm/device_list.h"

namespace {

using namespace approxtorch;
using namespace approxtorch::cuda;

constexpr int kRuns = 21, kWarmUps = 3;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Layer {
  const char* name;
  int count;  // in the network
  int64_t channels, size, outputs, kernel, stride, groups;
};

ConvShape shapeOf(const Layer& l, int64_t batch) {
  const int64_t padding = l.kernel / 2;
  const int64_t out = (l.size + 2 * padding - l.kernel) / l.stride + 1;
  return {batch,    l.channels, l.size, l.size, l.outputs, l.groups, l.kernel, l.kernel,
          l.stride, l.stride,   1,      1,      padding,   padding,  out,      out};
}

std::vector<float> randomValues(int64_t count, std::mt19937& random) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(random()) * 0x1p-31f - 1.0f;
  return values;
}

// Milliseconds.
double medianTime(cudaStream_t stream, const std::function<void()>& launch) {
  Event begin, end;
  std::vector<double> times;
  for (int i = 0; i < kWarmUps + kRuns; ++i) {
    begin.record(stream);
    launch();
    end.record(stream);
    check(cudaStreamSynchronize(stream), "a kernel");
    if (i >= kWarmUps) times.push_back(end.secondsSince(begin) * 1e3);
  }
  std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
  return times[kRuns / 2];
}

// The elements of a product.
struct Element {
  int64_t y, x, w;
};

void eachProduct(const ConvShape& s, int64_t image, int64_t output,
                 const std::function<void(const Element&)>& visit) {
  const int64_t first = output / s.groupOutputs() * s.groupChannels();
  for (int64_t p = 0; p < s.outPlane(); ++p) {
    for (int64_t k = 0; k < s.depth(); ++k) {
      const int64_t y = p / s.outWidth * s.strideH - s.padTop + k % s.taps() / s.kernelW * s.dilationH;
      const int64_t x = p % s.outWidth * s.strideW - s.padLeft + k % s.kernelW * s.dilationW;
      if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
      const int64_t plane = image * s.channels + first + k / s.taps();
      visit({(image * s.outputs + output) * s.outPlane() + p, plane * s.plane() + y * s.width + x,
             output * s.depth() + k});
    }
  }
}

// Sums to compare with.
struct Expected {
  double sum = 0, magnitude = 0;
  void add(float a, float b) {
    const double product = static_cast<double>(a) * static_cast<double>(b);
    sum += product;
    magnitude += std::abs(product);
  }
  bool meets(float actual) const { return std::abs(static_cast<double>(actual) - sum) <= 1e-5 * magnitude; }
};

struct Values {
  std::vector<float> x, w, g;
};
enum class Direction { kForward, kInput, kWeight };

// Of those of the last image or output channel.
int64_t wrongResults(Direction direction, const ConvShape& s, const Values& v,
                     const std::vector<float>& results) {
  int64_t wrong = 0;
  if (direction == Direction::kForward) {
    std::vector<Expected> y(static_cast<size_t>(s.outPlane()));
    const int64_t image = s.batch - 1, output = s.outputs - 1;
    const int64_t first = (image * s.outputs + output) * s.outPlane();
    eachProduct(s, image, output, [&](const Element& e) { y[e.y - first].add(v.x[e.x], v.w[e.w]); });
    for (size_t i = 0; i < y.size(); ++i) wrong += !y[i].meets(results[first + static_cast<int64_t>(i)]);
  } else if (direction == Direction::kInput) {
    const int64_t image = s.batch - 1, size = s.channels * s.plane(), first = image * size;
    std::vector<Expected> dx(static_cast<size_t>(size));
    for (int64_t output = 0; output < s.outputs; ++output) {
      eachProduct(s, image, output, [&](const Element& e) { dx[e.x - first].add(v.g[e.y], v.w[e.w]); });
    }
    for (int64_t i = 0; i < size; ++i) wrong += !dx[i].meets(results[first + i]);
  } else {
    const int64_t output = s.outputs - 1, first = output * s.depth();
    std::vector<Expected> dw(static_cast<size_t>(s.depth()));
    for (int64_t image = 0; image < s.batch; ++image) {
      eachProduct(s, image, output, [&](const Element& e) { dw[e.w - first].add(v.g[e.y], v.x[e.x]); });
    }
    for (int64_t i = 0; i < s.depth(); ++i) wrong += !dw[i].meets(results[first + i]);
  }
  return wrong;
}

struct Times {
  double forward = 0, input = 0, weight = 0;
  bool right = true;
};

Times measure(const Layer& layer, int64_t batch, cudaStream_t stream) {
  const ConvShape s = shapeOf(layer, batch);
  std::mt19937 random(1);
  const Values v{randomValues(batch * s.channels * s.plane(), random),
                 randomValues(s.outputs * s.depth(), random),
                 randomValues(batch * s.outputs * s.outPlane(), random)};
  const DeviceBuffer x = deviceList(v.x), w = deviceList(v.w), g = deviceList(v.g);
  Times times;
  const auto time = [&](const char* name, Direction direction, const std::unique_ptr<LinearOp>& op,
                        const DeviceBuffer& a, const DeviceBuffer& b, size_t count) {
    const DeviceBuffer scratch(op->scratchBytes()), results(count * sizeof(float));
    const LinearOperands operands{
        a.as<float>(), b.as<float>(), nullptr, {{-kInfinity, kInfinity}, nullptr}, results.as<float>()};
    const double ms = medianTime(stream, [&] { op->launch(stream, scratch.as<>(), operands); });
    std::vector<float> host(count);
    check(cudaMemcpy(host.data(), results.as<>(), count * sizeof(float), cudaMemcpyDeviceToHost),
          "the results");
    const double operations =
        2.0 * static_cast<double>(s.batch * s.outputs * s.outPlane()) * static_cast<double>(s.depth());
    const int64_t wrong = wrongResults(direction, s, v, host);
    std::printf("  %-16s %-6s %9.4f ms  %8.0f GFLOP/s  %6.1f MB of scratch%s\n", name, op->kernel(), ms,
                operations / ms / 1e6, static_cast<double>(op->scratchBytes()) / 1e6,
                wrong == 0 ? "" : "  WRONG");
    times.right = times.right && wrong == 0;
    return ms;
  };
  std::printf("%s: %lld x %lld x %lld x %lld to %lld, kernel %lld, stride %lld, %lld groups\n", layer.name,
              static_cast<long long>(batch), static_cast<long long>(layer.channels),
              static_cast<long long>(layer.size), static_cast<long long>(layer.size),
              static_cast<long long>(layer.outputs), static_cast<long long>(layer.kernel),
              static_cast<long long>(layer.stride), static_cast<long long>(layer.groups));
  times.forward = time("forward", Direction::kForward, convolution(s), x, w, v.g.size());
  times.input = time("input gradient", Direction::kInput, inputGradient(s), g, w, v.x.size());
  times.weight = time("weight gradient", Direction::kWeight, weightGradient(s), g, x, v.w.size());
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t batch = argc > 1 ? std::atoll(argv[1]) : 128;
  if (batch < 1) return 2;
  constexpr Layer kResNet20[] = {
      {"first", 1, 3, 32, 16, 3, 1, 1},           {"16 channels", 6, 16, 32, 16, 3, 1, 1},
      {"to 32", 1, 16, 32, 32, 3, 2, 1},          {"shortcut to 32", 1, 16, 32, 32, 1, 2, 1},
      {"32 channels", 5, 32, 16, 32, 3, 1, 1},    {"to 64", 1, 32, 16, 64, 3, 2, 1},
      {"shortcut to 64", 1, 32, 16, 64, 1, 2, 1}, {"64 channels", 5, 64, 8, 64, 3, 1, 1},
      {"dense", 1, 64, 1, 10, 1, 1, 1},
  };
  constexpr Layer kOthers[] = {
      {"256 channels", 1, 256, 14, 256, 3, 1, 1},      {"pointwise", 1, 256, 14, 1024, 1, 1, 1},
      {"depthwise", 1, 96, 56, 96, 3, 1, 96},          {"strided depthwise", 1, 96, 56, 96, 3, 2, 96},
      {"dense 512 to 1000", 1, 512, 1, 1000, 1, 1, 1},
  };
  try {
    const Stream stream;
    Times sum;
    for (const Layer& layer : kResNet20) {
      const Times times = measure(layer, batch, stream.get());
      sum.forward += layer.count * times.forward;
      sum.input += layer.count * times.input;
      sum.weight += layer.count * times.weight;
      sum.right = sum.right && times.right;
    }
    std::printf("ResNet-20, all layers: forward %.3f ms, input gradients %.3f ms, weight gradients %.3f ms\n",
                sum.forward, sum.input, sum.weight);
    for (const Layer& layer : kOthers) sum.right = measure(layer, batch, stream.get()).right && sum.right;
    return sum.right ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
