#include "native-op.h"
#include "patches.h"
#include "thread-pool.h"

namespace kwta {

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
      copyPixel(sums + static_cast<size_t>(i) * width, some,
                dw + (static_cast<size_t>(tap) * g.ci + i) * g.co + channel);
    }
  });
}

}  // namespace kwta
