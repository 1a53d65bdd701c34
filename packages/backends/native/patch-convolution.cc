#include "patch-convolution.h"

#include <algorithm>
#include <cstring>

#include "native-op.h"
#include "product.h"
#include "thread-pool.h"
#include "transpose.h"

namespace kwta {
namespace {

// Rows of a factor that stay in the first cache with one panel of columns.
constexpr int DEPTH = 128;

// Floats from one row to the next, so that rows never meet in one set of the first cache.
size_t rowStep(size_t floats) { return (floats + 15) / 16 * 16 + 16; }

int panelsOf(int columns) { return (columns + PANEL - 1) / PANEL; }
int widthOf(int columns, int panel) { return std::min(PANEL, roundUp(columns - panel * PANEL, LANES)); }

// Where a position of the output lies.
struct Position {
  int sample, row, column;

  Position(const PatchGeometry& g, int64_t index)
      : sample(static_cast<int>(index / (g.oh * g.ow))), row(static_cast<int>(index % (g.oh * g.ow) / g.ow)),
        column(static_cast<int>(index % g.ow)) {}
};

// The pixel of the input that a tap meets there; null where it is one of the zeros around.
template <typename Float>
Float* pixelOf(const PatchGeometry& g, Float* x, const Position& at, int tap) {
  const int row = at.row * g.strideH + tap / g.kw * g.dilationH - g.top;
  const int column = at.column * g.strideW + tap % g.kw * g.dilationW - g.left;
  if (row < 0 || row >= g.h || column < 0 || column >= g.w) return nullptr;
  return x + ((static_cast<int64_t>(at.sample) * g.h + row) * g.w + column) * g.ci;
}

void copyPixel(const float* from, int channels, float* to) {
  if (from == nullptr) std::memset(to, 0, sizeof(float) * channels);
  else std::memcpy(to, from, sizeof(float) * channels);
}

// Cuts [depth, columns] into panels of columns, [depth][width] each, filled up with zeros. They begin `depth * PANEL` apart.
void packPanels(const float* from, int depth, int columns, float* to) {
  const int parts = (depth + DEPTH - 1) / DEPTH;
  parallelFor(panelsOf(columns) * parts, [&](int chunk, int) {
    const int panel = chunk / parts;
    const int width = widthOf(columns, panel);
    const int first = chunk % parts * DEPTH;
    const int count = std::min(columns - panel * PANEL, width);
    float* place = to + static_cast<size_t>(panel) * depth * PANEL + static_cast<size_t>(first) * width;
    for (int k = first; k < std::min(depth, first + DEPTH); k++, place += width) {
      copyPixel(from + static_cast<size_t>(k) * columns + panel * PANEL, count, place);
      std::memset(place + count, 0, sizeof(float) * (width - count));
    }
  });
}

// a times one panel, to columns of c of which `count` exist. `spare` has room for the product.
void multiplyPanel(Matrix a, float* panel, int width, Matrix c, int rows, int depth, int count, float* spare) {
  const bool whole = count == width;
  const Matrix to = whole ? c : Matrix{spare, static_cast<size_t>(width)};
  for (int k = 0; k < depth; k += DEPTH) {
    const Matrix b{panel + static_cast<size_t>(k) * width, static_cast<size_t>(width)};
    multiply({a.data + k, a.step}, b, to, rows, std::min(DEPTH, depth - k), width, k > 0);
  }
  for (int i = 0; !whole && i < rows; i++) copyPixel(spare + static_cast<size_t>(i) * width, count, c.data + i * c.step);
}

}  // namespace

void patchConvolution(const PatchGeometry& g, const float* x, const float* filter, float* y) {
  constexpr int BLOCK = 8 * ROWS;
  const int depth = g.taps() * g.ci;
  const int panels = panelsOf(g.co);
  const Scratch packed = allocateScratch(static_cast<size_t>(depth) * panels * PANEL);
  packPanels(filter, depth, g.co, packed.get());
  const int blocks = static_cast<int>((g.positions() + BLOCK - 1) / BLOCK);
  // For few positions the panels are shared out, too.
  const int groups = blocks < 2 * threads() ? panels : 1;
  const size_t step = rowStep(depth);
  const size_t own = BLOCK * (step + PANEL);
  const Scratch scratch = allocateScratch(threads() * own);
  parallelFor(blocks * groups, [&](int chunk, int worker) {
    float* patches = scratch.get() + worker * own;
    const int64_t first = static_cast<int64_t>(chunk / groups) * BLOCK;
    const int count = static_cast<int>(std::min<int64_t>(BLOCK, g.positions() - first));
    for (int i = 0; i < count; i++) {
      const Position at(g, first + i);
      for (int tap = 0; tap < g.taps(); tap++) copyPixel(pixelOf(g, x, at, tap), g.ci, patches + i * step + tap * g.ci);
    }
    for (int panel = chunk % groups; panel < panels; panel += groups) {
      const int channel = panel * PANEL;
      const Matrix c{y + first * g.co + channel, static_cast<size_t>(g.co)};
      multiplyPanel({patches, step}, packed.get() + static_cast<size_t>(panel) * depth * PANEL, widthOf(g.co, panel), c,
                    count, depth, std::min(PANEL, g.co - channel), patches + BLOCK * step);
    }
  });
}

namespace {

// Cuts filters into panels of input channels, [tap][co][width] each: transposed.
void packTransposed(const PatchGeometry& g, const float* filter, float* to) {
  parallelFor(panelsOf(g.ci) * g.taps(), [&](int chunk, int) {
    const int panel = chunk / g.taps();
    const int width = widthOf(g.ci, panel);
    const int tap = chunk % g.taps();
    const float* from = filter + (static_cast<size_t>(tap) * g.ci + panel * PANEL) * g.co;
    float* place = to + static_cast<size_t>(panel) * g.taps() * g.co * PANEL + static_cast<size_t>(tap) * g.co * width;
    for (int k = 0; k < g.co; k += LANES) {
      const int outer = std::min(LANES, g.co - k);
      for (int j = 0; j < width; j += LANES) {
        Vector square[LANES] = {};
        const int inner = std::min(LANES, g.ci - panel * PANEL - j);
        for (int i = 0; i < inner; i++) square[i] = loadSome(from + static_cast<size_t>(j + i) * g.co + k, outer);
        transpose(square);
        for (int i = 0; i < outer; i++) store(place + static_cast<size_t>(k + i) * width + j, square[i]);
      }
    }
  });
}

// Adds rows of products to the pixels that a tap meets from positions on.
void scatter(const PatchGeometry& g, const float* products, int width, int64_t first, int rows, int tap, int channel,
             float* dx) {
  const int count = std::min(width, g.ci - channel);
  for (int i = 0; i < rows; i++) {
    float* to = pixelOf(g, dx, Position(g, first + i), tap);
    if (to == nullptr) continue;
    const float* from = products + static_cast<size_t>(i) * width;
    for (int j = 0; j < count; j += LANES) {
      const int some = std::min(LANES, count - j);
      float* place = to + channel + j;
      storeSome(place, loadSome(place, some) + load(from + j), some);
    }
  }
}

}  // namespace

void patchInputGradient(const PatchGeometry& g, const float* dy, const float* filter, float* dx) {
  constexpr int BLOCK = 8 * ROWS;
  const int panels = panelsOf(g.ci);
  const size_t panelSize = static_cast<size_t>(g.taps()) * g.co * PANEL;
  const Scratch packed = allocateScratch(panels * panelSize);
  packTransposed(g, filter, packed.get());
  const int perSample = g.oh * g.ow;
  const size_t own = BLOCK * PANEL;
  const Scratch scratch = allocateScratch(threads() * own);
  parallelFor(g.n * panels, [&](int chunk, int worker) {
    float* products = scratch.get() + worker * own;
    const int sample = chunk / panels;
    const int panel = chunk % panels;
    const int channel = panel * PANEL;
    const int width = widthOf(g.ci, panel);
    const int64_t pixels = static_cast<int64_t>(g.h) * g.w;
    for (int64_t i = sample * pixels; i < (sample + 1) * pixels; i++) {
      std::memset(dx + i * g.ci + channel, 0, sizeof(float) * std::min(width, g.ci - channel));
    }
    for (int tap = 0; tap < g.taps(); tap++) {
      float* b = packed.get() + panel * panelSize + static_cast<size_t>(tap) * g.co * width;
      for (int begin = 0; begin < perSample; begin += BLOCK) {
        const int rows = std::min(BLOCK, perSample - begin);
        const int64_t first = static_cast<int64_t>(sample) * perSample + begin;
        const Matrix a{const_cast<float*>(dy) + first * g.co, static_cast<size_t>(g.co)};
        multiplyPanel(a, b, width, {products, static_cast<size_t>(width)}, rows, g.co, width, nullptr);
        scatter(g, products, width, first, rows, tap, channel, dx);
      }
    }
  });
}

void patchFilterGradient(const PatchGeometry& g, const float* x, const float* dy, float* dw) {
  constexpr int BLOCK = 96;
  const int panels = panelsOf(g.co);
  const size_t aStep = rowStep(g.ci);
  const size_t own = BLOCK * (aStep + PANEL) + static_cast<size_t>(g.ci) * PANEL;
  const Scratch scratch = allocateScratch(threads() * own);
  parallelFor(g.taps() * panels, [&](int chunk, int worker) {
    float* pixels = scratch.get() + worker * own;
    float* gradients = pixels + BLOCK * aStep;
    float* sums = gradients + BLOCK * PANEL;
    const int tap = chunk / panels;
    const int channel = chunk % panels * PANEL;
    const int width = widthOf(g.co, chunk % panels);
    const int some = std::min(width, g.co - channel);
    const Matrix c{sums, static_cast<size_t>(width)};
    for (int64_t first = 0; first < g.positions(); first += BLOCK) {
      int rows = 0;
      for (int64_t i = first; i < std::min(g.positions(), first + BLOCK); i++) {
        // A tap that meets no pixel has no part in the sums.
        const float* pixel = pixelOf(g, x, Position(g, i), tap);
        if (pixel == nullptr) continue;
        copyPixel(pixel, g.ci, pixels + rows * aStep);
        float* gradient = gradients + static_cast<size_t>(rows++) * width;
        copyPixel(dy + i * g.co + channel, some, gradient);
        std::memset(gradient + some, 0, sizeof(float) * (width - some));
      }
      multiplyTransposed({pixels, aStep}, {gradients, static_cast<size_t>(width)}, c, g.ci, rows, width, first > 0);
    }
    for (int i = 0; i < g.ci; i++) {
      copyPixel(sums + static_cast<size_t>(i) * width, some, dw + (static_cast<size_t>(tap) * g.ci + i) * g.co + channel);
    }
  });
}

}  // namespace kwta
