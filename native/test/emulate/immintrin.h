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

// A load that it lacks.
static inline simde__m512 _mm512_mask_loadu_ps(simde__m512 rest, simde__mmask16 lanes, const float* p) {
  float values[16];
  simde_mm512_storeu_ps(values, rest);
  for (int i = 0; i < 16; ++i) {
    if ((lanes >> i & 1) != 0) values[i] = p[i];
  }
  return simde_mm512_loadu_ps(values);
}

// An extraction that it lacks.
static inline simde__m256 _mm512_extractf32x8_ps(simde__m512 a, int half) {
  float values[16];
  simde_mm512_storeu_ps(values, a);
  return simde_mm256_loadu_ps(values + 8 * half);
}

// Its own reads masked lanes, too.
#undef _mm256_maskload_ps
static inline simde__m256 _mm256_maskload_ps(const float* p, simde__m256i lanes) {
  int32_t masks[8];
  simde_mm256_storeu_si256(reinterpret_cast<simde__m256i*>(masks), lanes);
  float values[8];
  for (int i = 0; i < 8; ++i) values[i] = masks[i] < 0 ? p[i] : 0.0f;
  return simde_mm256_loadu_ps(values);
}
