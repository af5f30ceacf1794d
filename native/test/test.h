// A tiny test runner. TEST(name) { … } registers a test; EXPECT and EXPECT_THROWS end it where they fail.
#pragma once

#include <stdexcept>
#include <string>

namespace approxtorch::test {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Registration {
  Registration(const char* name, void (*body)());
};

inline std::string where(const char* file, int line, const char* what) {
  return std::string(file) + ":" + std::to_string(line) + ": " + what;
}

}  // namespace approxtorch::test

#define TEST(name)                                                                        \
  static void test_##name();                                                              \
  static const ::approxtorch::test::Registration registration_##name(#name, test_##name); \
  static void test_##name()

#define EXPECT(condition)                                                                             \
  do {                                                                                                \
    if (!(condition)) {                                                                               \
      throw ::approxtorch::test::Failure(::approxtorch::test::where(__FILE__, __LINE__, #condition)); \
    }                                                                                                 \
  } while (false)

#define EXPECT_THROWS(statement, Error)                                                    \
  do {                                                                                     \
    bool thrown = false;                                                                   \
    try {                                                                                  \
      statement;                                                                           \
    } catch (const Error&) {                                                               \
      thrown = true;                                                                       \
    }                                                                                      \
    if (!thrown) {                                                                         \
      throw ::approxtorch::test::Failure(                                                  \
          ::approxtorch::test::where(__FILE__, __LINE__, #statement " threw no " #Error)); \
    }                                                                                      \
  } while (false)
