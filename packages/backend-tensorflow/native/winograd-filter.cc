#include "winograd-filter.h"

#include <algorithm>

#include "transpose.h"

namespace kwta {
namespace {

constexpr int TAPS = 9;

// One vector of outer channels of up to LANES inner ones: [TAPS][LANES].
using Taps = Vector[TAPS][LANES];

void loadTaps(const Filters& f, int inner, int outer, Taps& taps) {
  const int innerCount = std::min(LANES, f.inner - inner);
  const int outerCount = std::clamp(f.outer - outer, 0, LANES);
  const size_t tapSize = static_cast<size_t>(f.inner) * f.outer;
  for (int tap = 0; tap < TAPS; tap++) {
    Vector* rows = taps[tap];
    if (f.turned) {
      const float* from = f.data + (TAPS - 1 - tap) * tapSize + static_cast<size_t>(outer) * f.inner + inner;
      for (int i = 0; i < LANES; i++) {
        rows[i] = i < outerCount ? loadSome(from + static_cast<size_t>(i) * f.inner, innerCount) : Vector{};
      }
      transpose(rows);
    } else {
      const float* from = f.data + tap * tapSize + static_cast<size_t>(inner) * f.outer + outer;
      for (int i = 0; i < innerCount; i++) {
        rows[i] = loadSome(from + static_cast<size_t>(i) * f.outer, outerCount);
      }
    }
  }
}

// Has the memory bring the taps of further inner channels, which lie in many places, while those before them are
// computed.
void fetchTaps(const Filters& f, int inner, int outer, int columns) {
  if (inner >= f.inner) return;
  const size_t tapSize = static_cast<size_t>(f.inner) * f.outer;
  const int rows = f.turned ? std::min(columns, f.outer - outer) : std::min(LANES, f.inner - inner);
  const int floats = f.turned ? LANES : columns;
  const size_t step = f.turned ? f.inner : f.outer;
  const float* from = f.data + (f.turned ? outer * step + inner : inner * step + outer);
  for (int tap = 0; tap < TAPS; tap++) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < floats; i += 16) __builtin_prefetch(from + tap * tapSize + row * step + i);
    }
  }
}

}  // namespace

void transformFilters(const Filters& filters, int first, int depth, int channel, int columns, float* to, size_t step) {
  Taps taps;
  for (int k = 0; k < depth; k += LANES) {
    fetchTaps(filters, first + k + LANES, channel, columns);
    for (int j = 0; j < columns; j += LANES) {
      loadTaps(filters, first + k, channel + j, taps);
      for (int i = 0; i < std::min(LANES, depth - k); i++) {
        float* place = to + static_cast<size_t>(k + i) * columns + j;
        transform<3, 6, filterLine>(
            [&](int row, int column) { return taps[3 * row + column][i]; },
            [&](int row, int column, Vector value) { store(place + (6 * row + column) * step, value); });
      }
    }
  }
}

}  // namespace kwta
