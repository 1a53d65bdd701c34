#include <algorithm>

#include "native-op.h"
#include "product.h"
#include "thread-pool.h"
#include "winograd-convolution.h"

namespace kwta {
namespace {

// Products of transformed tiles and output gradients, summed over tiles: for `rows` input channels and one panel of
// output channels. One thread adds them up, block by block of tiles.
struct Sums {
  int rows, columns;
  size_t step;
  float* data;

  static size_t stepOf(int rows, int columns) { return apart(static_cast<size_t>(rows) * columns); }
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

// How many tiles are multiplied at a time: their part of one side stays in the first cache.
constexpr int DEPTH = 96;

void addProducts(const Tiles& v, const Tiles& z, int count, const Sums& sums, bool more) {
  for (int e = 0; e < NUMBERS; e++) {
    const Matrix c{sums.data + e * sums.step, static_cast<size_t>(sums.columns)};
    for (int first = 0; first < count; first += DEPTH) {
      const Matrix a{v.data + e * v.step + static_cast<size_t>(first) * v.width, static_cast<size_t>(v.width)};
      const Matrix b{z.data + e * z.step + static_cast<size_t>(first) * z.width, static_cast<size_t>(z.width)};
      multiplyTransposed(a, b, c, sums.rows, std::min(DEPTH, count - first), sums.columns, more || first > 0);
    }
  }
}

int groupsOf(int channels) { return (channels + PANEL - 1) / PANEL; }

// Those of one group.
Channels groupOf(int channels, int group) { return {group * PANEL, std::min(PANEL, channels - group * PANEL)}; }

// For few channels: each chunk transforms the tiles of one segment for one group of channels of both sides, and adds up
// their products, so that all of it stays in the cache; other chunks do so for the same tiles and other groups.
class BySegments {
 public:
  static bool suits(const Geometry& g) { return groupsOf(g.ci) * groupsOf(g.co) <= MOST_PAIRS; }

  explicit BySegments(const Geometry& g)
      : g_(g),
        pairs_(groupsOf(g.ci) * groupsOf(g.co)),
        segments_(std::clamp(g.tiles() / LEAST, 1, std::max(1, MOST_CHUNKS / pairs_))),
        perSegment_((g.tiles() + segments_ - 1) / segments_) {}

  void run(const float* x, const float* dy, float* dw) {
    const Scratch parts = allocateScratch(segments_ * size());
    const size_t own = NUMBERS * (2 * tileStep() + Sums::stepOf(PANEL, PANEL));
    const Scratch scratch = allocateScratch(threads() * own);
    parallelFor(segments_ * pairs_, [&](int chunk, int worker) {
      const int segment = chunk / pairs_;
      const int pair = chunk % pairs_;
      const Channels in = groupOf(g_.ci, pair / groupsOf(g_.co));
      const Channels out = groupOf(g_.co, pair % groupsOf(g_.co));
      addSegment(segment, in, out, x, dy, scratch.get() + worker * own, parts.get() + segment * size());
    });
    addParts(parts.get(), dw);
  }

 private:
  static constexpr int BLOCK = 24;
  // Tiles that a segment has at least, how many chunks there are about, and pairs of groups at most.
  static constexpr int LEAST = 48;
  static constexpr int MOST_CHUNKS = 16;
  static constexpr int MOST_PAIRS = 4;

  size_t size() const { return static_cast<size_t>(9) * g_.ci * g_.co; }
  static size_t tileStep() { return apart(static_cast<size_t>(BLOCK) * PANEL); }

  void addSegment(int segment, Channels in, Channels out, const float* x, const float* dy, float* own,
                  float* dw) const {
    const int columns = roundUp(out.count, LANES);
    const Tiles v{own, roundUp(in.count, LANES), tileStep()};
    const Tiles z{own + NUMBERS * v.step, columns, tileStep()};
    const Sums sums{in.count, columns, Sums::stepOf(in.count, columns), own + 2 * NUMBERS * v.step};
    const int begin = segment * perSegment_;
    const int end = std::min(g_.tiles(), begin + perSegment_);
    for (int first = begin; first < end; first += BLOCK) {
      const int count = std::min(BLOCK, end - first);
      for (int i = 0; i < count; i++) {
        transformInputTile(g_, x, first + i, in, v.data + i * v.width, v.step);
        transformOutputGradientTile(g_, dy, first + i, out, z.data + i * z.width, z.step);
      }
      addProducts(v, z, count, sums, first > begin);
    }
    if (begin < end) finish(sums, dw, g_.ci, g_.co, in.first, out.first, false);
  }

  void addParts(const float* parts, float* dw) const {
    std::copy(parts, parts + size(), dw);
    for (int segment = 1; segment * perSegment_ < g_.tiles(); segment++) {
      const float* part = parts + segment * size();
      for (size_t i = 0; i < size(); i++) dw[i] += part[i];
    }
  }

  const Geometry g_;
  const int pairs_, segments_, perSegment_;
};

// For many channels: all tiles are transformed, then each chunk takes some of the channels of both sides. Tiles lie
// group by group of their channels, as they are read.
class ByChannels {
 public:
  explicit ByChannels(const Geometry& g) : g_(g) {}

  void run(const float* x, const float* dy, float* dw) {
    const int most = std::max<int>(LEAST, MOST_FLOATS / (NUMBERS * (g_.ci + g_.co)));
    const int round = std::min(g_.tiles(), most);
    const Scratch v = allocateScratch(groupsOf(g_.ci) * floatsOf(round));
    const Scratch z = allocateScratch(groupsOf(g_.co) * floatsOf(round));
    const size_t own = NUMBERS * Sums::stepOf(PANEL, PANEL);
    const Scratch scratch = allocateScratch(threads() * own);
    for (int first = 0; first < g_.tiles(); first += round) {
      const int count = std::min(round, g_.tiles() - first);
      transformTiles(x, dy, first, count, v.get(), z.get());
      parallelFor(groupsOf(g_.ci) * groupsOf(g_.co), [&](int chunk, int worker) {
        const int in = chunk / groupsOf(g_.co);
        const int out = chunk % groupsOf(g_.co);
        const int rows = std::min(PANEL, g_.ci - in * PANEL);
        const int columns = std::min(PANEL, roundUp(g_.co, LANES) - out * PANEL);
        const Sums sums{rows, columns, Sums::stepOf(rows, columns), scratch.get() + worker * own};
        addProducts(tilesOf(v.get(), in, count), tilesOf(z.get(), out, count), count, sums, false);
        finish(sums, dw, g_.ci, g_.co, in * PANEL, out * PANEL, first > 0);
      });
    }
  }

 private:
  // How many tiles one thread transforms at a time, and the fewest of one round.
  static constexpr int PART = 4;
  static constexpr int LEAST = 32;
  static constexpr size_t MOST_FLOATS = 8 << 20;

  static size_t floatsOf(int tiles) { return NUMBERS * apart(static_cast<size_t>(tiles) * PANEL); }
  static Tiles tilesOf(float* tiles, int group, int count) {
    return {tiles + group * floatsOf(count), PANEL, apart(static_cast<size_t>(count) * PANEL)};
  }

  void transformTiles(const float* x, const float* dy, int first, int count, float* v, float* z) const {
    parallelFor((count + PART - 1) / PART, [&](int chunk, int) {
      for (int i = chunk * PART; i < std::min(count, (chunk + 1) * PART); i++) {
        for (int group = 0; group < groupsOf(g_.ci); group++) {
          const Tiles to = tilesOf(v, group, count);
          transformInputTile(g_, x, first + i, groupOf(g_.ci, group), to.data + static_cast<size_t>(i) * PANEL,
                             to.step);
        }
        for (int group = 0; group < groupsOf(g_.co); group++) {
          const Tiles to = tilesOf(z, group, count);
          transformOutputGradientTile(g_, dy, first + i, groupOf(g_.co, group),
                                      to.data + static_cast<size_t>(i) * PANEL, to.step);
        }
      }
    });
  }

  const Geometry g_;
};

}  // namespace

void winogradFilterGradient(const Geometry& g, const float* x, const float* dy, float* dw) {
  if (BySegments::suits(g))
    BySegments(g).run(x, dy, dw);
  else
    ByChannels(g).run(x, dy, dw);
}

}  // namespace kwta
