#include "winograd-tiles.h"

#include <algorithm>

namespace kwta {
namespace {

// Where a tile of the output begins.
struct Place {
  int sample, row, column;
};

Place placeOf(const Geometry& g, int tile) {
  const int perSample = g.tileRows() * g.tileColumns();
  const int within = tile % perSample;
  return {tile / perSample, within / g.tileColumns() * TILE, within % g.tileColumns() * TILE};
}

// Of an image whose rows and columns may be partly missing: those are zeros.
struct Window {
  const float* corner;
  size_t rowStep, columnStep;
  // The first row and column there is, and the first there is not any more.
  int top, bottom, left, right;

  bool holds(int row, int column) const { return row >= top && row < bottom && column >= left && column < right; }
  const float* at(int row, int column) const { return corner + row * rowStep + column * columnStep; }
};

// Transforms a window of SIZE x SIZE pixels with all of their channels.
template <int SIZE, void (*LINE)(const Vector*, Vector*)>
void transformWindow(const Window& window, int channels, float* to, size_t step) {
  const bool whole = window.top <= 0 && window.left <= 0 && window.bottom >= SIZE && window.right >= SIZE;
  int c = 0;
  const auto write = [&](int row, int column, Vector value) { store(to + (6 * row + column) * step + c, value); };
  for (; whole && c + LANES <= channels; c += LANES) {
    transform<SIZE, 6, LINE>([&](int row, int column) { return load(window.at(row, column) + c); }, write);
  }
  for (; c < channels; c += LANES) {
    const int count = std::min(LANES, channels - c);
    const auto read = [&](int row, int column) {
      if (!window.holds(row, column)) return Vector{};
      return loadSome(window.at(row, column) + c, count);
    };
    transform<SIZE, 6, LINE>(read, write);
  }
}

}  // namespace

void transformInputTile(const Geometry& g, const float* x, int tile, Channels channels, float* to, size_t step) {
  const Place place = placeOf(g, tile);
  const int row = place.row - g.top;
  const int column = place.column - g.left;
  const size_t columnStep = g.ci;
  const size_t rowStep = columnStep * g.w;
  // It may lie outside.
  const int64_t pixel = (static_cast<int64_t>(place.sample) * g.h + row) * g.w + column;
  const float* corner = x + pixel * g.ci + channels.first;
  const Window window{corner, rowStep, columnStep, -row, g.h - row, -column, g.w - column};
  transformWindow<INPUT_TILE, inputLine>(window, channels.count, to, step);
}

void transformOutputGradientTile(const Geometry& g, const float* dy, int tile, Channels channels, float* to,
                                 size_t step) {
  const Place place = placeOf(g, tile);
  const size_t columnStep = g.co;
  const size_t rowStep = columnStep * g.ow;
  const size_t pixel = (static_cast<size_t>(place.sample) * g.oh + place.row) * g.ow + place.column;
  const float* corner = dy + pixel * g.co + channels.first;
  const Window window{corner, rowStep, columnStep, 0, g.oh - place.row, 0, g.ow - place.column};
  transformWindow<TILE, outputGradientLine>(window, channels.count, to, step);
}

void transformOutputTile(const Geometry& g, const float* products, size_t step, int tile, int channel, int count,
                         const Epilogue& end, float* y) {
  const Place place = placeOf(g, tile);
  const int rows = std::min(TILE, g.oh - place.row);
  const int columns = std::min(TILE, g.ow - place.column);
  const size_t columnStep = g.co;
  const size_t rowStep = columnStep * g.ow;
  float* corner =
      y + (static_cast<size_t>(place.sample) * g.oh + place.row) * rowStep + place.column * columnStep + channel;
  const Vector low = splat(end.low);
  const Vector high = splat(end.high);
  for (int c = 0; c < count; c += LANES) {
    const int some = std::min(LANES, count - c);
    const Vector bias = end.bias == nullptr ? Vector{} : loadSome(end.bias + channel + c, some);
    transform<6, TILE, outputLine>([&](int row, int column) { return load(products + (6 * row + column) * step + c); },
                                   [&](int row, int column, Vector value) {
                                     if (row >= rows || column >= columns) return;
                                     value += bias;
                                     // In this order, so that NaN stays.
                                     value = value < low ? low : value;
                                     value = value > high ? high : value;
                                     storeSome(corner + row * rowStep + column * columnStep + c, value, some);
                                   });
  }
}

}  // namespace kwta
