#include "native-op.h"
#include "patches.h"
#include "thread-pool.h"

namespace kwta {
namespace {

// Positions that are summed up at once.
constexpr int BLOCK = 96;
// Of a filter with fewer channels, taps are taken by rows of them.
constexpr int FEW_CHANNELS = 2 * ROWS;
// With fewer chunks the positions are shared out, too.
constexpr int CHUNKS = 16;

// A part of a filter's gradient: so many taps from one on, by one panel of output channels, summed up over some positions.
struct Part {
  int tap, taps, channel, width;
  int64_t first, end;
};

// `pixels` and `gradients` have room for BLOCK rows.
void sumUp(const PatchGeometry& g, const PatchReader& reader, const float* dy, const Part& part, float* pixels, size_t step,
           float* gradients, float* sums) {
  const int some = std::min(part.width, g.co - part.channel);
  const Matrix c{sums, static_cast<size_t>(part.width)};
  Position at(g, part.first);
  for (int64_t first = part.first; first < part.end; first += BLOCK) {
    int rows = 0;
    for (int64_t i = first; i < std::min(part.end, first + BLOCK); i++, at.next(g)) {
      // Taps that meet no pixel have no part in the sums.
      if (!reader.copySome(at, part.tap, part.taps, pixels + rows * step)) continue;
      float* gradient = gradients + static_cast<size_t>(rows++) * part.width;
      copyPixel(dy + i * g.co + part.channel, some, gradient);
      std::memset(gradient + some, 0, sizeof(float) * (part.width - some));
    }
    const Matrix b{gradients, static_cast<size_t>(part.width)};
    multiplyTransposed({pixels, step}, b, c, part.taps * g.ci, rows, part.width, first > part.first);
  }
}

}  // namespace

void patchFilterGradient(const PatchGeometry& g, const float* x, const float* dy, float* dw) {
  const int panels = panelsOf(g.co);
  const int taps = g.ci < FEW_CHANNELS ? g.kw : 1;
  const int deep = taps * g.ci;
  const int chunks = g.taps() / taps * panels;
  const int64_t blocks = (g.positions() + BLOCK - 1) / BLOCK;
  const int parts = std::max(1, static_cast<int>(std::min<int64_t>(blocks, (CHUNKS + chunks - 1) / chunks)));
  const int64_t each = (blocks + parts - 1) / parts * BLOCK;
  const size_t step = rowStep(deep);
  const size_t own = BLOCK * (step + PANEL);
  const size_t floats = static_cast<size_t>(deep) * PANEL;
  const Scratch scratch = allocateScratch(threads() * own + chunks * parts * floats);
  float* const sums = scratch.get() + threads() * own;
  const PatchReader reader(g, x);
  const auto partOf = [&](int chunk, int index) {
    const int panel = chunk % panels;
    const int64_t first = std::min(g.positions(), index * each), end = std::min(g.positions(), first + each);
    return Part{chunk / panels * taps, taps, panel * PANEL, widthOf(g.co, panel), first, end};
  };
  parallelFor(chunks * parts, [&](int index, int worker) {
    float* pixels = scratch.get() + worker * own;
    const Part part = partOf(index / parts, index % parts);
    sumUp(g, reader, dy, part, pixels, step, pixels + BLOCK * step, sums + index * floats);
  });
  parallelFor(chunks, [&](int chunk, int) {
    const Part part = partOf(chunk, 0);
    float* total = sums + static_cast<size_t>(chunk) * parts * floats;
    const int some = std::min(part.width, g.co - part.channel);
    for (int more = 1; more < parts; more++) {
      const float* other = total + more * floats;
      if (partOf(chunk, more).first == g.positions()) break;
      for (int i = 0; i < deep * part.width; i++) total[i] += other[i];
    }
    for (int i = 0; i < deep; i++) {
      copyPixel(total + static_cast<size_t>(i) * part.width, some,
                dw + (static_cast<size_t>(part.tap) * g.ci + i) * g.co + part.channel);
    }
  });
}

}  // namespace kwta
