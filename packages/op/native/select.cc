#include "select.h"

#include <algorithm>
#include <cmath>
#include <functional>
#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace kwta {
namespace {

// Keys from `low` to `high`, both included.
struct Range {
  int32_t low = INT32_MIN;
  int32_t high = INT32_MAX;
};

// What one look at all values tells.
struct Found {
  bool holdsNaN;
  // How many keys lie above the range, and within.
  int64_t above, within;
};

#if defined(__AVX2__) && !defined(__AVX512F__)
// For eight bits: the places of those that are set, one byte each, the first in the lowest.
struct Orders {
  uint64_t of[256];
  constexpr Orders() : of() {
    for (int mask = 0; mask < 256; mask++) {
      for (int lane = 0, place = 0; lane < 8; lane++) {
        if (mask >> lane & 1) of[mask] |= static_cast<uint64_t>(lane) << 8 * place++;
      }
    }
  }
  constexpr const uint64_t& operator[](uint32_t mask) const { return of[mask]; }
};
constexpr Orders ORDERS;
#endif

// Appends those of a vector's keys that are chosen (all bits set) to the others, and returns how many that were. May
// write a whole vector.
inline int append(IntVector keys, IntVector chosen, int32_t* to) {
#ifdef __AVX512F__
  const __mmask16 mask = _mm512_movepi32_mask(reinterpret_cast<__m512i>(chosen));
  // Through a register: compressing to memory is slow on some machines.
  const __m512i packed = _mm512_maskz_compress_epi32(mask, reinterpret_cast<__m512i>(keys));
  _mm512_storeu_si512(to, packed);
  return __builtin_popcount(mask);
#elif defined(__AVX2__)
  const uint32_t mask = _mm256_movemask_ps(reinterpret_cast<__m256>(chosen));
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(&ORDERS[mask])));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                      _mm256_permutevar8x32_epi32(reinterpret_cast<__m256i>(keys), order));
  return __builtin_popcount(mask);
#else
  // By way of memory: lanes are slow to take out of a register one by one.
  int32_t key[LANES], flag[LANES];
  store(key, keys);
  store(flag, chosen);
  int count = 0;
  for (int i = 0; i < LANES; i++) {
    to[count] = key[i];
    count -= flag[i];
  }
  return count;
#endif
}

bool any(IntVector flags) {
  int32_t all = 0;
  for (int i = 0; i < LANES; i++) all |= flags[i];
  return all != 0;
}

// Writes the keys within a range to `keys`, in their order, and counts those above.
Found collect(const int32_t* bits, int64_t count, Range range, int32_t* keys) {
  IntVector above = {}, nan = {};
  int64_t within = 0;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const IntVector value = load(bits + i);
    const IntVector key = orderedKey(value);
    nan |= (value & 0x7fffffff) > 0x7f800000;
    above -= key > range.high;
    within += append(key, (key >= range.low) & (key <= range.high), keys + within);
  }
  int64_t total = 0;
  for (int lane = 0; lane < LANES; lane++) total += above[lane];
  bool holdsNaN = any(nan);
  for (; i < count; i++) {
    const int32_t key = orderedKey(bits[i]);
    holdsNaN |= (bits[i] & 0x7fffffff) > 0x7f800000;
    total += key > range.high;
    if (key >= range.low && key <= range.high) keys[within++] = key;
  }
  return {holdsNaN, total, within};
}

// Values looked at to guess the threshold: one in eight, and no more than this; few values are sorted out without a guess.
constexpr int64_t MOST_SAMPLED = 2048;
constexpr int64_t FEW = 1024;

// A range that holds the k-th largest key almost certainly, by those of a sample, counted by their leading twelve bits: four
// standard deviations to each side.
Range guess(const int32_t* bits, int64_t count, int64_t k) {
  constexpr int BINS = 4096, SHIFT = 20;
  uint16_t histogram[BINS] = {};
  const uint32_t size = static_cast<uint32_t>(std::min(count / 8, MOST_SAMPLED));
  const uint32_t step = static_cast<uint32_t>(count / size);
  int32_t top = -1;
  // At uneven distances, else all could be of one channel.
  for (uint32_t i = 0; i < size; i++) {
    const uint32_t place = i * step + static_cast<uint32_t>((i * 2654435761u >> 16) * step >> 16);
    const int32_t bin = (orderedKey(bits[place]) >> SHIFT) + BINS / 2;
    histogram[bin]++;
    top = std::max(top, bin);
  }
  const double share = static_cast<double>(k) / count;
  const double margin = 4 * std::sqrt(size * share * (1 - share)) + 2;
  const double first = share * size - margin, last = share * size + margin;
  Range range;
  int64_t seen = 0;
  for (int bin = top; bin >= 0; bin--) {
    const int32_t low = static_cast<int32_t>(static_cast<uint32_t>(bin - BINS / 2) << SHIFT);
    if (seen <= first) range.high = low + ((1 << SHIFT) - 1);
    seen += histogram[bin];
    if (seen < last) continue;
    range.low = low;
    break;
  }
  return first < 0 ? Range{range.low, INT32_MAX} : range;
}

// The `rank`-th largest of keys within a range, which are overwritten: by their leading eight bits, again and again.
int32_t kthOf(int32_t* keys, int64_t count, int64_t rank, Range range) {
  while (count > 48 && range.low < range.high) {
    const uint32_t width = static_cast<uint32_t>(range.high) - static_cast<uint32_t>(range.low);
    const int shift = std::max(0, 24 - __builtin_clz(width));
    const auto digitOf = [&](int32_t key) {
      return (static_cast<uint32_t>(key) - static_cast<uint32_t>(range.low)) >> shift;
    };
    int64_t histogram[256] = {};
    for (int64_t i = 0; i < count; i++) histogram[digitOf(keys[i])]++;
    uint32_t digit = 255;
    while (histogram[digit] < rank) rank -= histogram[digit--];
    int64_t left = 0;
    for (int64_t i = 0; i < count; i++) {
      const int32_t key = keys[i];
      keys[left] = key;
      left += digitOf(key) == digit;
    }
    count = left;
    const uint32_t low = static_cast<uint32_t>(range.low) + (digit << shift);
    range.high = std::min(range.high, static_cast<int32_t>(low + ((1u << shift) - 1)));
    range.low = static_cast<int32_t>(low);
  }
  if (range.low == range.high) return range.low;
  std::nth_element(keys, keys + rank - 1, keys + count, std::greater<int32_t>());
  return keys[rank - 1];
}

}  // namespace

Selection selectKth(const int32_t* bits, int64_t count, int64_t k, int32_t* scratch) {
  Range range = count < FEW ? Range() : guess(bits, count, k);
  Found found = collect(bits, count, range, scratch);
  if (found.holdsNaN) return {true, 0};
  if (k <= found.above || k > found.above + found.within) {
    range = Range();
    found = collect(bits, count, range, scratch);
  }
  return {false, kthOf(scratch, found.within, k - found.above, range)};
}

}  // namespace kwta
