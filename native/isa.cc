#include "isa.h"

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#ifdef APPROXTORCH_X86
#include <cpuid.h>
#endif

namespace approxtorch {
namespace {

#if defined(APPROXTORCH_EMULATE)

// Every kernel is plain C++ in this build.
Isa bestOfCpu() { return Isa::kAvx512; }

#elif defined(APPROXTORCH_X86)

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(uint32_t leaf) {
  Registers r;
  if (__get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx) == 0) return {};
  return r;
}

bool allBits(uint32_t value, uint32_t mask) { return (value & mask) == mask; }

// Vector registers that the operating system saves (XCR0).
uint64_t savedRegisters() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
}

Isa bestOfCpu() {
  const Registers base = cpuid(1);
  const Registers extended = cpuid(7);
  if (!allBits(base.ecx, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C)) return Isa::kScalar;
  constexpr uint64_t kYmm = 0x06, kZmm = 0xe6;  // XCR0: SSE, AVX; and opmask, upper halves, zmm16..31
  const uint64_t saved = savedRegisters();
  if ((saved & kYmm) != kYmm || !allBits(extended.ebx, bit_AVX2 | bit_BMI2)) return Isa::kScalar;
  constexpr uint32_t kAvx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
  if ((saved & kZmm) != kZmm || !allBits(extended.ebx, kAvx512) || !allBits(extended.ecx, bit_AVX512VBMI)) {
    return Isa::kAvx2;
  }
  return Isa::kAvx512;
}

#else

Isa bestOfCpu() { return Isa::kScalar; }

#endif

Isa chooseIsa() {
  const std::vector<Isa> supported = supportedIsas();
  const char* wanted = std::getenv("APPROXTORCH_ISA");
  if (wanted == nullptr || *wanted == '\0') return supported.back();
  for (const Isa isa : supported) {
    if (std::string(wanted) == isaName(isa)) return isa;
  }
  throw std::runtime_error(std::string("APPROXTORCH_ISA=") + wanted + " is not supported here");
}

}  // namespace

const char* isaName(Isa isa) {
  switch (isa) {
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    default:
      return "scalar";
  }
}

std::vector<Isa> supportedIsas() {
  std::vector<Isa> isas;
  for (const Isa isa : {Isa::kScalar, Isa::kAvx2, Isa::kAvx512}) {
    if (isa <= bestOfCpu()) isas.push_back(isa);
  }
  return isas;
}

Isa currentIsa() {
  static const Isa isa = chooseIsa();
  return isa;
}

}  // namespace approxtorch
