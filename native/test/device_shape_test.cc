// How kernels find coordinates.
#include "../../kernels/device_shape.h"

#include <vector>

#include "test.h"

namespace approxtorch {
namespace {

using cuda::DeviceShape;
using cuda::Divider;

TEST(divider_divides_as_the_processor_does) {
  std::vector<uint32_t> values{1, 2, 3, 5, 7, 10, 641, 999'983};
  for (int bit = 8; bit < 32; ++bit) {
    for (const uint32_t value : {(1u << bit) - 1, 1u << bit, (1u << bit) + 1}) values.push_back(value);
  }
  for (const uint32_t divisor : values) {
    if (divisor > 1u << 31) continue;
    const Divider divider = Divider::of(divisor);
    for (const uint32_t value : values) {
      for (const uint32_t n : {value, value - 1, value / divisor * divisor, value / divisor * divisor - 1}) {
        if (n < 1u << 31) EXPECT(divider.quotient(n) == n / divisor);
      }
    }
  }
}

std::vector<int64_t> coordinates(const DeviceShape& shape, int64_t index) {
  std::vector<int64_t> found(static_cast<size_t>(shape.rank));
  shape.each(index, [&](int axis, int64_t at) { found[static_cast<size_t>(axis)] = at; });
  return found;
}

TEST(device_shape_finds_coordinates) {
  const DeviceShape narrow({3, 1, 46'340, 15'447});
  EXPECT(narrow.narrow);
  EXPECT(coordinates(narrow, 0) == (std::vector<int64_t>{0, 0, 0, 0}));
  EXPECT(coordinates(narrow, INT64_C(2) * 46'340 * 15'447 + 46'339 * 15'447 + 15'446) ==
         (std::vector<int64_t>{2, 0, 46'339, 15'446}));
  const DeviceShape wide({2, 70'000, 70'000});
  EXPECT(!wide.narrow);
  EXPECT(coordinates(wide, INT64_C(70'000) * 70'000 + INT64_C(69'999) * 70'000 + 3) ==
         (std::vector<int64_t>{1, 69'999, 3}));
  EXPECT(coordinates(DeviceShape({}), 0).empty());
}

}  // namespace
}  // namespace approxtorch
