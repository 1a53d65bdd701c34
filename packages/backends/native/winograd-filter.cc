#include "winograd-filter.h"

#include <algorithm>

namespace kwta {
namespace {

constexpr int TAPS = 9;

// Exchanges rows and columns of a square of numbers.
void transpose(Vector* rows) {
  IntVector lanes;
  for (int i = 0; i < LANES; i++) lanes[i] = i;
  for (int size = 1; size < LANES; size *= 2) {
    const IntVector second = (lanes & size) != 0;
    const IntVector upper = second ? lanes - size + LANES : lanes;
    const IntVector lower = second ? lanes + LANES : lanes + size;
    for (int i = 0; i < LANES; i++) {
      if (i & size) continue;
      const Vector a = rows[i];
      const Vector b = rows[i + size];
      rows[i] = __builtin_shuffle(a, b, upper);
      rows[i + size] = __builtin_shuffle(a, b, lower);
    }
  }
}

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

}  // namespace

void transformFilters(const Filters& filters, int first, int depth, int channel, int columns, float* to, size_t step) {
  Taps taps;
  for (int k = 0; k < depth; k += LANES) {
    for (int j = 0; j < columns; j += LANES) {
      loadTaps(filters, first + k, channel + j, taps);
      for (int i = 0; i < std::min(LANES, depth - k); i++) {
        float* place = to + static_cast<size_t>(k + i) * columns + j;
        transform<3, 6, filterLine>([&](int row, int column) { return taps[3 * row + column][i]; },
                                    [&](int row, int column, Vector value) { store(place + (6 * row + column) * step, value); });
      }
    }
  }
}

}  // namespace kwta
