// The k-th largest of many floats, exactly, by integers of the floats' order: bits are compared and copied, never
// computed with, so that infinities, -0 and denormals need no care.
#pragma once

#include <cstdint>

#include "vector.h"

namespace kwta {

// The bits of a float as an integer of the same order; -0 comes just below +0. Its own inverse.
template <typename Bits>
inline Bits orderedKey(Bits bits) {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

struct Selection {
  // A NaN among the values: then there is no key.
  bool holdsNaN;
  // The ordered key of the k-th largest.
  int32_t key;
};

// How many integers of memory `selectKth` needs.
inline int64_t selectionScratch(int64_t count) { return count + LANES; }

// The k-th largest of the floats whose bits these are.
Selection selectKth(const int32_t* bits, int64_t count, int64_t k, int32_t* scratch);

}  // namespace kwta
