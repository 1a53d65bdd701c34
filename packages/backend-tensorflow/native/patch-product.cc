#include "patch-product.h"

#include "native-op.h"
#include "patches.h"
#include "thread-pool.h"

namespace kwta {

void multiplyPatches(const PatchGeometry& g, const float* x, float* panels, float* y) {
  constexpr int BLOCK = 8 * ROWS;
  const int depth = g.taps() * g.ci;
  const int count = panelsOf(g.co);
  const int blocks = static_cast<int>((g.positions() + BLOCK - 1) / BLOCK);
  // For few positions the panels are shared out, too.
  const int groups = blocks < 2 * threads() ? count : 1;
  const size_t step = rowStep(depth);
  const size_t own = BLOCK * (step + PANEL);
  const Scratch scratch = allocateScratch(threads() * own);
  const PatchReader reader(g, x);
  parallelFor(blocks * groups, [&](int chunk, int worker) {
    float* patches = scratch.get() + worker * own;
    const int64_t first = static_cast<int64_t>(chunk / groups) * BLOCK;
    const int rows = static_cast<int>(std::min<int64_t>(BLOCK, g.positions() - first));
    Position at(g, first);
    for (int i = 0; i < rows; i++, at.next(g)) reader.copyAll(at, patches + i * step);
    for (int panel = chunk % groups; panel < count; panel += groups) {
      const int channel = panel * PANEL;
      const Matrix c{y + first * g.co + channel, static_cast<size_t>(g.co)};
      multiplyPanel({patches, step}, panels + static_cast<size_t>(panel) * depth * PANEL, widthOf(g.co, panel), c, rows,
                    depth, std::min(PANEL, g.co - channel), patches + BLOCK * step);
    }
  });
}

}  // namespace kwta
