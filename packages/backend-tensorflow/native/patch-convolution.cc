#include "patch-convolution.h"

#include "native-op.h"
#include "patch-product.h"
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
  const int depth = g.taps() * g.ci;
  const Scratch packed = allocateScratch(static_cast<size_t>(depth) * panelsOf(g.co) * PANEL);
  packPanels(filter, depth, g.co, packed.get());
  multiplyPatches(g, x, packed.get(), y);
}

}  // namespace kwta
