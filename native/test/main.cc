// Runs all tests, or those whose name contains one of the arguments.
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

#include "test.h"

namespace approxtorch::test {
namespace {

struct Case {
  const char* name;
  void (*body)();
};

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

bool wanted(const char* name, int count, char** parts) {
  for (int i = 0; i < count; ++i) {
    if (std::strstr(name, parts[i]) != nullptr) return true;
  }
  return count == 0;
}

}  // namespace

Registration::Registration(const char* name, void (*body)()) { cases().push_back({name, body}); }

}  // namespace approxtorch::test

int main(int argc, char** argv) {
  using approxtorch::test::cases;
  int passed = 0;
  int failed = 0;
  for (const auto& test : cases()) {
    if (!approxtorch::test::wanted(test.name, argc - 1, argv + 1)) continue;
    try {
      test.body();
      ++passed;
    } catch (const std::exception& error) {
      std::printf("FAILED %s\n  %s\n", test.name, error.what());
      ++failed;
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
