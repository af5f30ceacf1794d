#pragma once

namespace approxtorch {

constexpr int kOperands = 256;  // operand indices per axis; narrower tables are embedded around their zero

}  // namespace approxtorch
