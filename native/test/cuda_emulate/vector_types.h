// CUDA's built-in vector types. They may alias others, since kernels load arrays of small integers through
// them.
#pragma once

#define APPROXTORCH_VECTOR(alignment) __attribute__((may_alias, aligned(alignment)))

struct APPROXTORCH_VECTOR(8) int2 {
  int x, y;
};
struct APPROXTORCH_VECTOR(8) uint2 {
  unsigned x, y;
};
struct APPROXTORCH_VECTOR(16) int4 {
  int x, y, z, w;
};
struct APPROXTORCH_VECTOR(16) uint4 {
  unsigned x, y, z, w;
};
struct APPROXTORCH_VECTOR(8) float2 {
  float x, y;
};
struct APPROXTORCH_VECTOR(16) float4 {
  float x, y, z, w;
};
struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1,
                 unsigned z_ = 1)  // NOLINT(google-explicit-constructor): CUDA's
      : x(x_), y(y_), z(z_) {}
};

#undef APPROXTORCH_VECTOR

inline int2 make_int2(int x, int y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
