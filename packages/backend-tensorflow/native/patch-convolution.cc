#include "patch-convolution.h"

#include "native-op.h"
#include "patches.h"
#include "thread-pool.h"

namespace kwta {
namespace {

// Cuts [depth, columns] into panels of columns, [depth][width] each, filled up with zeros. They begin `depth * PANEL`
// apart.
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

}  // namespace kwta
