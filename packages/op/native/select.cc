#include "select.h"

#include <algorithm>
#include <cmath>
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

#ifdef __AVX2__
// Lanes that are chosen, a bit each.
using Chosen = uint32_t;

class Count {
 public:
  void add(Chosen lanes) { total_ += __builtin_popcount(lanes); }
  int64_t total() const { return total_; }

 private:
  int64_t total_ = 0;
};
#else
// Lanes that are chosen, all bits set.
using Chosen = IntVector;

class Count {
 public:
  void add(Chosen lanes) { lanes_ -= lanes; }
  int64_t total() const {
    int64_t total = 0;
    for (int lane = 0; lane < LANES; lane++) total += lanes_[lane];
    return total;
  }

 private:
  IntVector lanes_ = {};
};
#endif

// Keys that are larger than a limit.
inline Chosen above(IntVector keys, int32_t limit) {
#if defined(__AVX512F__)
  return _mm512_cmpgt_epi32_mask(reinterpret_cast<__m512i>(keys), _mm512_set1_epi32(limit));
#elif defined(__AVX2__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>(keys > limit));
#else
  return keys > limit;
#endif
}

// Keys of a range.
inline Chosen within(IntVector keys, Range range) {
#if defined(__AVX512F__)
  const __m512i all = reinterpret_cast<__m512i>(keys);
  const __mmask16 enough = _mm512_cmpge_epi32_mask(all, _mm512_set1_epi32(range.low));
  return _mm512_mask_cmple_epi32_mask(enough, all, _mm512_set1_epi32(range.high));
#elif defined(__AVX2__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>((keys >= range.low) & (keys <= range.high)));
#else
  return (keys >= range.low) & (keys <= range.high);
#endif
}

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

// Appends those of a vector's keys that are chosen to the others, and returns how many that were. May write a whole vector.
inline int append(IntVector keys, Chosen chosen, int32_t* to) {
#if defined(__AVX512F__)
  // Through a register: compressing to memory is slow on some machines.
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(static_cast<__mmask16>(chosen), reinterpret_cast<__m512i>(keys)));
  return __builtin_popcount(chosen);
#elif defined(__AVX2__)
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(&ORDERS[chosen])));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                      _mm256_permutevar8x32_epi32(reinterpret_cast<__m256i>(keys), order));
  return __builtin_popcount(chosen);
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

inline IntVector larger(IntVector a, IntVector b) { return a > b ? a : b; }

// Of the bits of floats without their sign.
constexpr int32_t INFINITE = 0x7f800000;

// Writes the keys within a range to `keys`, in their order, and counts those above.
Found collect(const int32_t* bits, int64_t count, Range range, int32_t* keys) {
  IntVector sizes = {};
  Count over;
  int64_t kept = 0;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const IntVector value = load(bits + i);
    const IntVector key = orderedKey(value);
    sizes = larger(sizes, value & 0x7fffffff);
    over.add(above(key, range.high));
    kept += append(key, within(key, range), keys + kept);
  }
  int32_t largest = 0;
  for (int lane = 0; lane < LANES; lane++) largest = std::max(largest, static_cast<int32_t>(sizes[lane]));
  int64_t total = over.total();
  for (; i < count; i++) {
    const int32_t key = orderedKey(bits[i]);
    largest = std::max(largest, bits[i] & 0x7fffffff);
    total += key > range.high;
    if (key >= range.low && key <= range.high) keys[kept++] = key;
  }
  return {largest > INFINITE, total, kept};
}

// How many of the keys, which are padded to whole vectors, are larger than a limit.
int64_t countAbove(int32_t limit, const int32_t* keys, int64_t count) {
  Count found;
  for (int64_t i = 0; i < count; i += LANES) found.add(above(load(keys + i), limit));
  return found.total();
}

// The least of the keys that reach one which some of them do.
int32_t leastFrom(int32_t least, const int32_t* keys, int64_t count) {
  int32_t found = INT32_MAX;
  for (int64_t i = 0; i < count; i++) found = keys[i] >= least ? std::min(found, keys[i]) : found;
  return found;
}

void pad(int32_t* keys, int64_t count) { std::fill(keys + count, keys + (count + LANES - 1) / LANES * LANES, INT32_MIN); }

// Keeps the keys within a range, in their order.
int64_t keep(Range range, int32_t* keys, int64_t count) {
  int64_t kept = 0;
  for (int64_t i = 0; i < count; i += LANES) {
    const IntVector key = load(keys + i);
    kept += append(key, within(key, range), keys + kept);
  }
  pad(keys, kept);
  return kept;
}

// So many keys are worth moving, when most of them are out of question.
constexpr int64_t MANY = 128;

// The `rank`-th largest of keys within a range, by halving it: to count lanes is far cheaper than to move keys. The keys are
// padded, and overwritten.
int32_t kthOf(int32_t* keys, int64_t count, int64_t rank, Range range) {
  // How many keys lie above the range, and how many reach it.
  int64_t over = 0, reach = count;
  while (range.low < range.high) {
    const int32_t middle = static_cast<int32_t>(range.low + (static_cast<int64_t>(range.high) - range.low + 1) / 2);
    const int64_t found = countAbove(middle - 1, keys, count);
    if (found == rank) return leastFrom(middle, keys, count);
    if (found > rank) {
      range.low = middle;
      reach = found;
    } else {
      range.high = middle - 1;
      over = found;
    }
    if (count < MANY || 4 * (reach - over) > count) continue;
    count = keep(range, keys, count);
    rank -= over;
    over = 0;
    reach = count;
  }
  return range.low;
}

// Values looked at to guess the threshold: one in thirty-two, and no more than this; few values are sorted out without a guess.
constexpr int64_t MOST_SAMPLED = 512;
constexpr int64_t FEW = 1024;

// A range that holds the k-th largest key almost certainly, by those of a sample: four standard deviations to each side.
Range guess(const int32_t* bits, int64_t count, int64_t k) {
  int32_t sample[MOST_SAMPLED], again[MOST_SAMPLED];
  const int64_t size = std::min(count / 32 / LANES * LANES, MOST_SAMPLED);
  const uint32_t step = static_cast<uint32_t>(count / size);
  // At uneven distances, else all could be of one channel.
  for (uint32_t i = 0; i < size; i++) {
    sample[i] = orderedKey(bits[i * step + static_cast<uint32_t>((i * 2654435761u >> 16) * step >> 16)]);
  }
  std::copy(sample, sample + size, again);
  const double share = static_cast<double>(k) / count;
  const double margin = 4 * std::sqrt(size * share * (1 - share)) + 2;
  const int64_t first = static_cast<int64_t>(share * size - margin), last = static_cast<int64_t>(share * size + margin) + 1;
  Range range;
  if (last <= size) range.low = kthOf(sample, size, last, Range());
  if (first >= 1) range.high = kthOf(again, size, first, Range());
  return range;
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
  pad(scratch, found.within);
  return {false, kthOf(scratch, found.within, k - found.above, range)};
}

}  // namespace kwta
