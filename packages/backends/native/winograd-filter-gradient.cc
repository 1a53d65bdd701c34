#include <algorithm>

#include "cache.h"
#include "native-op.h"
#include "product.h"
#include "thread-pool.h"
#include "winograd-convolution.h"

namespace kwta {
namespace {

// Products of transformed tiles and output gradients, summed over tiles: for `rows` input channels and one panel of output
// channels. One thread adds them up, block by block of tiles.
struct Sums {
  int rows, columns;
  size_t step;
  float* data;

  static size_t step_(int rows, int columns) { return apart(static_cast<size_t>(rows) * columns); }
};

// Turns sums into the gradient for their channels: sets it, or adds to it where there is `more` before.
void finish(const Sums& sums, float* dw, int ci, int co, int firstIn, int firstOut, bool more) {
  const size_t tap = static_cast<size_t>(ci) * co;
  for (int i = 0; i < sums.rows; i++) {
    for (int j = 0; j < sums.columns; j += LANES) {
      const int count = std::min(LANES, co - firstOut - j);
      const float* from = sums.data + static_cast<size_t>(i) * sums.columns + j;
      float* to = dw + static_cast<size_t>(firstIn + i) * co + firstOut + j;
      transform<6, 3, filterGradientLine>(
          [&](int row, int column) { return load(from + (6 * row + column) * sums.step); },
          [&](int row, int column, Vector value) {
            float* place = to + (3 * row + column) * tap;
            storeSome(place, more ? loadSome(place, count) + value : value, count);
          });
    }
  }
}

// Transformed tiles, [NUMBERS][count][width].
struct Tiles {
  float* data;
  int width;
  size_t step;
};

void addProducts(const Tiles& v, const Tiles& z, int firstIn, int firstOut, int count, const Sums& sums, bool more) {
  for (int e = 0; e < NUMBERS; e++) {
    const Matrix a{v.data + e * v.step + firstIn, static_cast<size_t>(v.width)};
    const Matrix b{z.data + e * z.step + firstOut, static_cast<size_t>(z.width)};
    const Matrix c{sums.data + e * sums.step, static_cast<size_t>(sums.columns)};
    multiplyTransposed(a, b, c, sums.rows, count, sums.columns, more);
  }
}

// For few channels, all sums of which fit into the cache: the tiles are cut into segments with sums of their own.
class BySegments {
 public:
  static bool suits(const Geometry& g) {
    return g.co <= PANEL && sizeof(float) * NUMBERS * g.ci * roundUp(g.co, LANES) <= secondCacheBytes() / 2;
  }

  explicit BySegments(const Geometry& g)
      : g_(g), segments_(std::clamp(g.tiles() / LEAST, 1, MOST)), perSegment_((g.tiles() + segments_ - 1) / segments_) {}

  void run(const float* x, const float* dy, float* dw) {
    const size_t result = static_cast<size_t>(9) * g_.ci * g_.co;
    const int columns = roundUp(g_.co, LANES);
    const int width = roundUp(g_.ci, LANES);
    const Scratch parts = allocateScratch(segments_ * result);
    const size_t vStep = apart(static_cast<size_t>(BLOCK) * width);
    const size_t zStep = apart(static_cast<size_t>(BLOCK) * columns);
    const size_t sumStep = Sums::step_(g_.ci, columns);
    const size_t own = NUMBERS * (vStep + zStep + sumStep);
    const Scratch scratch = allocateScratch(threads() * own);
    parallelFor(segments_, [&](int segment, int worker) {
      float* place = scratch.get() + worker * own;
      const Tiles v{place, width, vStep};
      const Tiles z{place + NUMBERS * vStep, columns, zStep};
      const Sums sums{g_.ci, columns, sumStep, place + NUMBERS * (vStep + zStep)};
      const int begin = segment * perSegment_;
      const int end = std::min(g_.tiles(), begin + perSegment_);
      for (int first = begin; first < end; first += BLOCK) {
        const int count = std::min(BLOCK, end - first);
        for (int i = 0; i < count; i++) {
          transformInputTile(g_, x, first + i, v.data + i * v.width, v.step);
          transformOutputGradientTile(g_, dy, first + i, z.data + i * z.width, z.step);
        }
        addProducts(v, z, 0, 0, count, sums, first > begin);
      }
      if (begin < end) finish(sums, parts.get() + segment * result, g_.ci, g_.co, 0, 0, false);
    });
    addParts(parts.get(), result, dw);
  }

 private:
  static constexpr int BLOCK = 24;
  // Tiles that a segment has at least, and how many segments there are at most.
  static constexpr int LEAST = 48;
  static constexpr int MOST = 16;

  void addParts(const float* parts, size_t size, float* dw) const {
    std::copy(parts, parts + size, dw);
    for (int segment = 1; segment * perSegment_ < g_.tiles(); segment++) {
      const float* part = parts + segment * size;
      for (size_t i = 0; i < size; i++) dw[i] += part[i];
    }
  }

  const Geometry g_;
  const int segments_, perSegment_;
};

// For many channels: all tiles are transformed, then each chunk takes some of the channels of both sides.
class ByChannels {
 public:
  explicit ByChannels(const Geometry& g) : g_(g) {}

  void run(const float* x, const float* dy, float* dw) {
    const int inWidth = roundUp(g_.ci, LANES);
    const int outWidth = roundUp(g_.co, LANES);
    const int most = std::max<int>(LEAST, MOST_FLOATS / (NUMBERS * (inWidth + outWidth)));
    const int round = std::min(g_.tiles(), most);
    const Tiles v{nullptr, inWidth, apart(static_cast<size_t>(round) * inWidth)};
    const Tiles z{nullptr, outWidth, apart(static_cast<size_t>(round) * outWidth)};
    const Scratch tiles = allocateScratch(NUMBERS * (v.step + z.step));
    const size_t own = NUMBERS * Sums::step_(ROWS_OF_CHUNK, PANEL);
    const Scratch scratch = allocateScratch(threads() * own);
    for (int first = 0; first < g_.tiles(); first += round) {
      const int count = std::min(round, g_.tiles() - first);
      const Tiles vTiles{tiles.get(), v.width, v.step};
      const Tiles zTiles{tiles.get() + NUMBERS * v.step, z.width, z.step};
      transformTiles(x, dy, first, count, vTiles, zTiles);
      parallelFor(groups() * panels(), [&](int chunk, int worker) {
        const int in = chunk / panels() * ROWS_OF_CHUNK;
        const int out = chunk % panels() * PANEL;
        const int rows = std::min(ROWS_OF_CHUNK, g_.ci - in);
        const int columns = std::min(PANEL, outWidth - out);
        const Sums sums{rows, columns, Sums::step_(rows, columns), scratch.get() + worker * own};
        addProducts(vTiles, zTiles, in, out, count, sums, false);
        finish(sums, dw, g_.ci, g_.co, in, out, first > 0);
      });
    }
  }

 private:
  static constexpr int ROWS_OF_CHUNK = 8 * ROWS;
  static constexpr int GROUP = 4;
  static constexpr int LEAST = 32;
  static constexpr size_t MOST_FLOATS = 8 << 20;

  int groups() const { return (g_.ci + ROWS_OF_CHUNK - 1) / ROWS_OF_CHUNK; }
  int panels() const { return (g_.co + PANEL - 1) / PANEL; }

  void transformTiles(const float* x, const float* dy, int first, int count, const Tiles& v, const Tiles& z) const {
    parallelFor((count + GROUP - 1) / GROUP, [&](int chunk, int) {
      for (int i = chunk * GROUP; i < std::min(count, (chunk + 1) * GROUP); i++) {
        transformInputTile(g_, x, first + i, v.data + static_cast<size_t>(i) * v.width, v.step);
        transformOutputGradientTile(g_, dy, first + i, z.data + static_cast<size_t>(i) * z.width, z.step);
      }
    });
  }

  const Geometry g_;
};

}  // namespace

void winogradFilterGradient(const Geometry& g, const float* x, const float* dy, float* dw) {
  if (BySegments::suits(g)) BySegments(g).run(x, dy, dw);
  else ByChannels(g).run(x, dy, dw);
}

}  // namespace kwta
