#include "native-op.h"
#include "patch-product.h"
#include "patches.h"
#include "thread-pool.h"
#include "transpose.h"

namespace kwta {
namespace {

// Cuts filters into panels of input channels, [tap][co][width] each: transposed, and `turned` with the last tap first.
void packTransposed(const PatchGeometry& g, const float* filter, bool turned, float* to) {
  parallelFor(panelsOf(g.ci) * g.taps(), [&](int chunk, int) {
    const int panel = chunk / g.taps();
    const int width = widthOf(g.ci, panel);
    const int tap = chunk % g.taps();
    const int source = turned ? g.taps() - 1 - tap : tap;
    const float* from = filter + (static_cast<size_t>(source) * g.ci + panel * PANEL) * g.co;
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

// The convolution of dy that the gradient is where no position is left out.
PatchGeometry turnedGeometry(const PatchGeometry& g) {
  const int top = g.dilationH * (g.kh - 1) - g.top, left = g.dilationW * (g.kw - 1) - g.left;
  return {g.n, g.oh, g.ow, g.co, g.h, g.w, g.ci, g.kh, g.kw, 1, 1, g.dilationH, g.dilationW, top, left};
}

}  // namespace

void patchInputGradient(const PatchGeometry& g, const float* dy, const float* filter, float* dx) {
  constexpr int BLOCK = 8 * ROWS;
  const int panels = panelsOf(g.ci);
  const size_t panelSize = static_cast<size_t>(g.taps()) * g.co * PANEL;
  const Scratch packed = allocateScratch(panels * panelSize);
  // Gathered once for all panels, instead of added up tap by tap.
  const bool turned = g.strideH * g.strideW == 1 && g.taps() > 1;
  packTransposed(g, filter, turned, packed.get());
  if (turned) return multiplyPatches(turnedGeometry(g), dy, packed.get(), dx);
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

}  // namespace kwta
