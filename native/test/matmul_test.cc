// Conv and Gemm against plain loops, at sizes around the tiles.
#include <cmath>

#include "plan_builder.h"
#include "test.h"

namespace approxtorch {
namespace {

using Doubles = std::vector<double>;

void expectClose(const std::vector<double>& expected, const float* actual) {
  double magnitude = 1e-30;
  for (const double value : expected) magnitude = std::max(magnitude, std::fabs(value));
  for (size_t i = 0; i < expected.size(); ++i) EXPECT(std::fabs(expected[i] - actual[i]) <= 1e-5 * magnitude);
}

void checkGemm(int64_t m, int64_t n, int64_t k) {
  const double rows = static_cast<double>(m), columns = static_cast<double>(n),
               depth = static_cast<double>(k);
  const PlanDescription description =
      test::singleOp("Gemm", {{depth, rows}, {columns, depth}, {columns}}, {rows, columns},
                     {{"transA", 1.0}, {"transB", 1.0}, {"alpha", 0.5}, {"beta", 2.0}, {"act", "none"}});
  Plan plan(description);
  const test::ArenaGuard guard(plan, description);
  test::fillInputs(plan, 1);
  plan.run();
  const float* a = plan.checked().inputs()[0]->f32();
  const float* b = plan.checked().inputs()[1]->f32();
  std::vector<double> expected;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t t = 0; t < k; ++t) sum += static_cast<double>(a[t * m + i]) * b[j * k + t];
      expected.push_back(0.5 * sum + 2 * static_cast<double>(plan.checked().inputs()[2]->f32()[j]));
    }
  }
  expectClose(expected, plan.checked().outputs()[0]->f32());
}

TEST(gemm_around_its_tiles) {
  setThreads(3);
  for (const int64_t m : {1, 5, 6, 7, 8, 9, 12, 17, 96, 97}) {
    for (const int64_t n : {1, 15, 16, 17, 31, 32, 33}) {
      for (const int64_t k : {1, 2, 9}) checkGemm(m, n, k);
    }
  }
  checkGemm(7, 17, 383);
  checkGemm(7, 17, 384);
  checkGemm(7, 17, 385);
  checkGemm(100, 2049, 3);
}

struct ConvCase {
  int64_t batch, channels, height, width, outputs, groups, kernel, stride, padding, dilation;
};

void checkConv(const ConvCase& c) {
  const int64_t reach = c.dilation * (c.kernel - 1) + 1;
  const int64_t outH = (c.height + 2 * c.padding - reach) / c.stride + 1;
  const int64_t outW = (c.width + 2 * c.padding - reach) / c.stride + 1;
  const auto d = [](int64_t value) { return static_cast<double>(value); };
  const int64_t groupChannels = c.channels / c.groups;
  const PlanDescription description =
      test::singleOp("Conv",
                     {{d(c.batch), d(c.channels), d(c.height), d(c.width)},
                      {d(c.outputs), d(groupChannels), d(c.kernel), d(c.kernel)},
                      {d(c.outputs)}},
                     {d(c.batch), d(c.outputs), d(outH), d(outW)},
                     {{"group", d(c.groups)},
                      {"strides", Doubles(2, d(c.stride))},
                      {"dilations", Doubles(2, d(c.dilation))},
                      {"pads", Doubles(4, d(c.padding))},
                      {"act", "none"}});
  Plan plan(description);
  const test::ArenaGuard guard(plan, description);
  test::fillInputs(plan, 2);
  plan.run();
  const float* x = plan.checked().inputs()[0]->f32();
  const float* w = plan.checked().inputs()[1]->f32();
  std::vector<double> expected;
  for (int64_t n = 0; n < c.batch; ++n) {
    for (int64_t o = 0; o < c.outputs; ++o) {
      for (int64_t p = 0; p < outH * outW; ++p) {
        double sum = plan.checked().inputs()[2]->f32()[o];
        for (int64_t i = 0; i < groupChannels * c.kernel * c.kernel; ++i) {
          const int64_t channel = o / (c.outputs / c.groups) * groupChannels + i / (c.kernel * c.kernel);
          const int64_t y = p / outW * c.stride - c.padding + i / c.kernel % c.kernel * c.dilation;
          const int64_t z = p % outW * c.stride - c.padding + i % c.kernel * c.dilation;
          if (y < 0 || y >= c.height || z < 0 || z >= c.width) continue;
          sum += static_cast<double>(w[o * groupChannels * c.kernel * c.kernel + i]) *
                 x[((n * c.channels + channel) * c.height + y) * c.width + z];
        }
        expected.push_back(sum);
      }
    }
  }
  expectClose(expected, plan.checked().outputs()[0]->f32());
}

TEST(convolutions) {
  setThreads(3);
  checkConv({2, 3, 9, 7, 7, 1, 3, 1, 1, 1});
  checkConv({3, 5, 4, 4, 15, 1, 3, 1, 0, 1});
  checkConv({2, 8, 11, 33, 6, 2, 3, 2, 2, 2});
  checkConv({2, 50, 5, 5, 33, 1, 3, 1, 1, 1});
  checkConv({1, 6, 13, 10, 12, 6, 5, 2, 2, 1});
  checkConv({2, 4, 6, 6, 9, 1, 1, 1, 0, 1});
  checkConv({1, 2, 1, 1, 3, 1, 3, 1, 2, 1});
  checkConv({1, 2, 20, 40, 3, 1, 2, 3, 1, 3});
}

}  // namespace
}  // namespace approxtorch
