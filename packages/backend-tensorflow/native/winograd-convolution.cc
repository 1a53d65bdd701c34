#include "winograd-convolution.h"

#include <algorithm>

#include "cache.h"
#include "native-op.h"
#include "product.h"
#include "thread-pool.h"

namespace kwta {
namespace {

// A place for tiles or products: [NUMBERS][rows][width], with the numbers `step` floats apart.
struct Planes {
  int width;
  size_t step;

  Planes(int rows, int width) : width(width), step(apart(static_cast<size_t>(rows) * width)) {}
  size_t floats() const { return NUMBERS * step; }
};

// How many outer channels a panel has that begins with `channel`, filled up to whole vectors.
int panelWidth(int channels, int channel) { return std::min(PANEL, roundUp(channels - channel, LANES)); }

// The convolution of some tiles, once they and the filters have been multiplied.
void finishTiles(const Geometry& g, const Epilogue& end, const float* products, Planes planes, int first, int count,
                 int channel, float* y) {
  const int channels = std::min(PANEL, g.co - channel);
  for (int i = 0; i < count; i++) {
    transformOutputTile(g, products + i * planes.width, planes.step, first + i, channel, channels, end, y);
  }
}

// Filters that were all transformed: panel by panel of their outer channels.
struct FilterPanels {
  int inner, outer;

  int count() const { return (outer + PANEL - 1) / PANEL; }
  Planes planes(int panel) const { return Planes(inner, panelWidth(outer, panel * PANEL)); }
  size_t floats() const { return Planes(inner, PANEL).floats(); }
};

// For few channels: all filters are transformed once, and each chunk takes some tiles from the input to the output.
class ByTiles {
 public:
  // How many tiles fit into the cache with their products.
  static int fitting(const Geometry& g) {
    const size_t perTile = sizeof(float) * NUMBERS * (roundUp(g.ci, LANES) + PANEL);
    return static_cast<int>(secondCacheBytes() * 6 / 10 / perTile) / ROWS * ROWS;
  }

  explicit ByTiles(const Geometry& g) : g_(g), block_(blockOf(g)) {}

  void run(const float* x, const float* u, const Epilogue& end, float* y) const {
    const Planes v(block_, roundUp(g_.ci, LANES));
    const Planes m(block_, PANEL);
    const size_t own = v.floats() + m.floats();
    const Scratch scratch = allocateScratch(threads() * own);
    const FilterPanels panels{g_.ci, g_.co};
    parallelFor((g_.tiles() + block_ - 1) / block_, [&](int chunk, int worker) {
      float* tiles = scratch.get() + worker * own;
      const int first = chunk * block_;
      const int count = std::min(block_, g_.tiles() - first);
      for (int i = 0; i < count; i++) transformInputTile(g_, x, first + i, {0, g_.ci}, tiles + i * v.width, v.step);
      for (int panel = 0; panel < panels.count(); panel++) {
        float* products = tiles + v.floats();
        multiplyPanel(u + panel * panels.floats(), panels.planes(panel), tiles, v, products, m, count);
        finishTiles(g_, end, products, m, first, count, panel * PANEL, y);
      }
    });
  }

 private:
  static int blockOf(const Geometry& g) {
    if (threads() == 1) return std::max(ROWS, fitting(g));
    // Two chunks or more for each thread: all then have about as much to do.
    const int fair = roundUp((g.tiles() + 2 * threads() - 1) / (2 * threads()), ROWS);
    return std::max(ROWS, std::min(fitting(g), fair));
  }

  void multiplyPanel(const float* u, Planes planes, float* tiles, Planes v, float* products, Planes m, int count) const {
    for (int e = 0; e < NUMBERS; e++) {
      const Matrix a{tiles + e * v.step, static_cast<size_t>(v.width)};
      const Matrix b{const_cast<float*>(u) + e * planes.step, static_cast<size_t>(planes.width)};
      const Matrix c{products + e * m.step, static_cast<size_t>(m.width)};
      multiply(a, b, c, count, g_.ci, planes.width, false);
    }
  }

  const Geometry g_;
  const int block_;
};

// For many channels: transformed filters would be larger than the cache, so each chunk makes those of one panel anew,
// some inner channels at a time, for many tiles, which have been transformed before.
class ByPanels {
 public:
  ByPanels(const Geometry& g, const Filters& filters) : g_(g), filters_(filters) {}

  void run(const float* x, const Epilogue& end, float* y) {
    const int round = std::min(g_.tiles(), std::max<int>(BLOCK, MOST_FLOATS / (NUMBERS * roundUp(g_.ci, LANES))));
    const Scratch tiles = allocateScratch(slices() * sliceOf(round).floats());
    const size_t own = Planes(BLOCK, PANEL).floats() + Planes(depth_, PANEL).floats();
    const Scratch scratch = allocateScratch(threads() * own);
    for (int first = 0; first < g_.tiles(); first += round) {
      const int count = std::min(round, g_.tiles() - first);
      transformTiles(x, first, count, tiles.get());
      const int blocks = (count + BLOCK - 1) / BLOCK;
      parallelFor(panels() * blocks, [&](int chunk, int worker) {
        const int begin = chunk / panels() * BLOCK;
        const int channel = chunk % panels() * PANEL;
        float* products = scratch.get() + worker * own;
        multiplyBlock(channel, begin, std::min(BLOCK, count - begin), tiles.get(), count, products);
        const Planes m(BLOCK, PANEL);
        finishTiles(g_, end, products, m, first + begin, std::min(BLOCK, count - begin), channel, y);
      });
    }
  }

 private:
  static constexpr int BLOCK = 16 * ROWS;
  static constexpr int GROUP = 4;
  // Of transformed tiles at one time.
  static constexpr size_t MOST_FLOATS = 8 << 20;

  int panels() const { return (g_.co + PANEL - 1) / PANEL; }

  int slices() const { return (g_.ci + depth_ - 1) / depth_; }
  // Tiles lie slice by slice of their channels, as they are read.
  Planes sliceOf(int tiles) const { return Planes(tiles, depth_); }
  Channels channelsOf(int slice) const { return {slice * depth_, std::min(depth_, g_.ci - slice * depth_)}; }

  void transformTiles(const float* x, int first, int count, float* to) const {
    const Planes planes = sliceOf(count);
    parallelFor((count + GROUP - 1) / GROUP, [&](int chunk, int) {
      for (int i = chunk * GROUP; i < std::min(count, (chunk + 1) * GROUP); i++) {
        for (int slice = 0; slice < slices(); slice++) {
          float* place = to + slice * planes.floats() + static_cast<size_t>(i) * planes.width;
          transformInputTile(g_, x, first + i, channelsOf(slice), place, planes.step);
        }
      }
    });
  }

  // The products of `count` tiles from `begin` on, of `all` that were transformed; behind them there is room for
  // filters.
  void multiplyBlock(int channel, int begin, int count, float* tiles, int all, float* products) const {
    const Planes m(BLOCK, PANEL), v = sliceOf(all);
    float* u = products + m.floats();
    const int width = panelWidth(g_.co, channel);
    for (int slice = 0; slice < slices(); slice++) {
      const Channels inner = channelsOf(slice);
      const Planes planes(inner.count, width);
      transformFilters(filters_, inner.first, inner.count, channel, width, u, planes.step);
      float* from = tiles + slice * v.floats() + static_cast<size_t>(begin) * v.width;
      for (int e = 0; e < NUMBERS; e++) {
        const Matrix a{from + e * v.step, static_cast<size_t>(v.width)};
        const Matrix b{u + e * planes.step, static_cast<size_t>(width)};
        multiply(a, b, {products + e * m.step, static_cast<size_t>(m.width)}, count, inner.count, width, slice > 0);
      }
    }
  }

  const Geometry g_;
  const Filters filters_;
  // How many inner channels of a panel fit into a part of the cache.
  const int depth_ =
      std::max<int>(LANES, secondCacheBytes() * 3 / 10 / (sizeof(float) * NUMBERS * PANEL) / LANES * LANES);
};

// From so many tiles in the cache on it is better to keep tiles there than filters.
constexpr int ENOUGH_TILES = 36;

}  // namespace

size_t transformedFloats(const Filters& filters) {
  const FilterPanels panels{filters.inner, filters.outer};
  return panels.count() * panels.floats();
}

void transformAllFilters(const Filters& filters, float* to) {
  constexpr int PART = 2 * LANES;
  const FilterPanels panels{filters.inner, filters.outer};
  const int parts = (filters.inner + PART - 1) / PART;
  parallelFor(panels.count() * parts, [&](int chunk, int) {
    const int panel = chunk / parts;
    const int first = chunk % parts * PART;
    const Planes planes = panels.planes(panel);
    float* place = to + panel * panels.floats() + static_cast<size_t>(first) * planes.width;
    const int depth = std::min(PART, filters.inner - first);
    transformFilters(filters, first, depth, panel * PANEL, planes.width, place, planes.step);
  });
}

void winogradConvolution(const Geometry& g, const float* x, const float* transformed, const Epilogue& end, float* y) {
  ByTiles(g).run(x, transformed, end, y);
}

void winogradConvolution(const Geometry& g, const float* x, const Filters& filters, const Epilogue& end, float* y) {
  if (ByTiles::fitting(g) < ENOUGH_TILES) return ByPanels(g, filters).run(x, end, y);
  const Scratch transformed = allocateScratch(transformedFloats(filters));
  transformAllFilters(filters, transformed.get());
  winogradConvolution(g, x, transformed.get(), end, y);
}

}  // namespace kwta
