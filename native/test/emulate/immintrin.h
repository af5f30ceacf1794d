// Stands in for the compiler's header where the vector kernels are tested on a CPU that lacks their ISA:
// SIMD Everywhere computes every intrinsic in plain C++ (Debian: libsimde-dev).
#pragma once

#define SIMDE_ENABLE_NATIVE_ALIASES
#define SIMDE_NO_NATIVE
#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

// Debian's release gives this alias the arguments of the masked form.
#undef _mm512_madd_epi16
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)

// Aliases that it lacks.
using __mmask64 = simde__mmask64;
using __mmask32 = simde__mmask32;
using __mmask16 = simde__mmask16;
