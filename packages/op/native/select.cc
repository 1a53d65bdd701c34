#include "select.h"

#include <algorithm>
#include <cmath>
#include <functional>
#ifdef __AVX512F__
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

// Appends those of a vector's keys that are chosen (all bits set) to the others, and returns how many that were. May
// write a whole vector.
inline int append(IntVector keys, IntVector chosen, int32_t* to) {
#ifdef __AVX512F__
  const __mmask16 mask = _mm512_movepi32_mask(reinterpret_cast<__m512i>(chosen));
  // Through a register: compressing to memory is slow on some machines.
  const __m512i packed = _mm512_maskz_compress_epi32(mask, reinterpret_cast<__m512i>(keys));
  _mm512_storeu_si512(to, packed);
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

// Values looked at to guess the threshold; fewer are sorted out without a guess.
constexpr int SAMPLE = 1024;
constexpr int64_t FEW = 4 * SAMPLE;

// A range that holds the k-th largest key almost certainly, by those of a sample: four standard deviations to each
// side.
Range guess(const int32_t* bits, int64_t count, int64_t k) {
  int32_t sample[SAMPLE];
  const uint32_t step = static_cast<uint32_t>(count / SAMPLE);
  // At uneven distances, else all could be of one channel.
  for (uint32_t i = 0; i < SAMPLE; i++) sample[i] = orderedKey(bits[i * step + (i * 2654435761u >> 8) % step]);
  const double share = static_cast<double>(k) / count;
  const double margin = 4 * std::sqrt(SAMPLE * share * (1 - share)) + 2;
  const int first = static_cast<int>(std::floor(share * SAMPLE - margin));
  const int last = static_cast<int>(std::ceil(share * SAMPLE + margin));
  Range range;
  const auto descending = std::greater<int32_t>();
  if (last < SAMPLE) {
    std::nth_element(sample, sample + last, sample + SAMPLE, descending);
    range.low = sample[last];
  }
  if (first >= 0) {
    std::nth_element(sample, sample + first, sample + std::min(last, SAMPLE), descending);
    range.high = sample[first];
  }
  return range;
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
