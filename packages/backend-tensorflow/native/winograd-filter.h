// Filters as Winograd's algorithm takes them.
#pragma once

#include "winograd-tiles.h"

namespace kwta {

// Filters as TensorFlow has them, [3, 3, inner, outer]; or, `turned` for the gradient by the input, [3, 3, outer,
// inner], to be taken turned by 180 degrees.
struct Filters {
  const float* data;
  int inner, outer;
  bool turned;
};

// Transforms those from inner channels `first` to `first + depth` to `columns` (a multiple of LANES, at most PANEL)
// outer channels from `channel` on: [NUMBERS][depth][columns], `step` apart. Those that there are not are zeros.
void transformFilters(const Filters& filters, int first, int depth, int channel, int columns, float* to, size_t step);

}  // namespace kwta
