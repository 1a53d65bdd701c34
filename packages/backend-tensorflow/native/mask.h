// Values that are passed on or stopped, and one bit for each of them that tells which: all that a gradient needs.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#ifdef __SSE__
#include <immintrin.h>
#endif

#include "vector.h"

namespace kwta {

// How many bytes the bits of one vector take.
constexpr int VECTOR_MASK_BYTES = LANES > 8 ? 2 : 1;

inline int64_t maskBytes(int64_t count) { return (count + LANES - 1) / LANES * VECTOR_MASK_BYTES; }

// The bits of lanes that are all ones or all zeros.
inline uint32_t bitsOfLanes(IntVector flags) {
#if defined(__AVX512DQ__)
  return _mm512_movepi32_mask(reinterpret_cast<__m512i>(flags));
#elif defined(__AVX__) && !defined(__AVX512F__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>(flags));
#else
  uint32_t bits = 0;
  for (int i = 0; i < LANES; i++) bits |= (flags[i] & 1u) << i;
  return bits;
#endif
}

inline IntVector lanesOfBits(uint32_t bits) {
#if defined(__AVX512DQ__)
  return reinterpret_cast<IntVector>(_mm512_movm_epi32(static_cast<__mmask16>(bits)));
#else
  IntVector own;
  for (int i = 0; i < LANES; i++) own[i] = 1 << i;
  return (splat(static_cast<int32_t>(bits)) & own) != 0;
#endif
}

inline Vector choose(IntVector flags, Vector value) {
  return reinterpret_cast<Vector>(flags & reinterpret_cast<IntVector>(value));
}

// Keeps the bits of the lanes that begin at value number i, a multiple of LANES.
inline void keepBits(uint8_t* mask, int64_t i, IntVector flags) {
  const uint32_t bits = bitsOfLanes(flags);
  std::memcpy(mask + i / LANES * VECTOR_MASK_BYTES, &bits, VECTOR_MASK_BYTES);
}

// `to[i] = map(from[i])`, and into `mask`, unless it is null, the bits of `passes(from[i])`.
template <typename Map, typename Passes>
inline void mapAndMask(const float* from, float* to, int64_t count, uint8_t* mask, Map map, Passes passes) {
  for (int64_t i = 0; i < count; i += LANES) {
    const int some = static_cast<int>(std::min<int64_t>(LANES, count - i));
    const Vector value = loadSome(from + i, some);
    if (mask != nullptr) keepBits(mask, i, passes(value));
    storeSome(to + i, map(value), some);
  }
}

// `to[i] = from[i]` where its bit is set, else 0.
inline void passMasked(const float* from, const uint8_t* mask, float* to, int64_t count) {
  for (int64_t i = 0; i < count; i += LANES) {
    const int some = static_cast<int>(std::min<int64_t>(LANES, count - i));
    uint32_t bits = 0;
    std::memcpy(&bits, mask + i / LANES * VECTOR_MASK_BYTES, VECTOR_MASK_BYTES);
    storeSome(to + i, choose(lanesOfBits(bits), loadSome(from + i, some)), some);
  }
}

}  // namespace kwta
