// The texts of the CUDA library.
#pragma once

#include <cstring>
#include <string>

namespace approxtorch {

// Where the library leaves its texts.
struct ErrorText {
  char data[512] = {};

  // Texts come from drivers and files: the terminal gets one line of them.
  std::string line() const {
    std::string text(data, strnlen(data, sizeof data));
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text.empty() ? "no reason given" : text;
  }
};

}  // namespace approxtorch
