// As many floats as one register of the machine holds, by the compiler's own vector types: one source for all machines.
#pragma once

#include <cstdint>
#include <cstring>
#if defined(__FMA__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace kwta {

#if defined(__AVX512F__)
constexpr int LANES = 16;
#elif defined(__AVX__)
constexpr int LANES = 8;
#else
constexpr int LANES = 4;
#endif

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef int32_t IntVector __attribute__((vector_size(4 * LANES)));

// A vector anywhere in memory.
typedef float LooseVector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t LooseIntVector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

inline Vector load(const float* from) { return *reinterpret_cast<const LooseVector*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<LooseVector*>(to) = value; }
inline IntVector load(const int32_t* from) { return *reinterpret_cast<const LooseIntVector*>(from); }
inline void store(int32_t* to, IntVector value) { *reinterpret_cast<LooseIntVector*>(to) = value; }

// The first `count` of a vector's values; the others are 0.
inline Vector loadSome(const float* from, int count) {
  if (count == LANES) return load(from);
  Vector value = {};
  std::memcpy(&value, from, sizeof(float) * count);
  return value;
}

inline void storeSome(float* to, Vector value, int count) {
  if (count == LANES) return store(to, value);
  std::memcpy(to, &value, sizeof(float) * count);
}

inline Vector splat(float value) { return value - Vector{}; }
inline IntVector splat(int32_t value) { return value - IntVector{}; }

// a * b + c, rounded once where the machine can. By name: for some processors compilers do not fuse the two in long sums, in
// one loop and not in the next, so that a sum would depend on which one it is made by.
inline Vector multiplyAdd(Vector a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return reinterpret_cast<Vector>(_mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
#elif defined(__FMA__) && defined(__AVX__)
  return reinterpret_cast<Vector>(_mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
#else
  return a * b + c;
#endif
}

constexpr int roundUp(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace kwta
