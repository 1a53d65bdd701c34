#include "scale-channels.h"

namespace kwta {

void scaleChannels(const ChannelRows& rows, const float* x, const float* factor, const float* offset, float* to) {
  rows.forEachBlock([&](int, int64_t first, int64_t end) {
    forEachChannelGroup<4>(rows.channels, [&](int c, int count, auto vectors) {
      Vector factors[vectors], offsets[vectors];
      for (int j = 0; j < vectors; j++) factors[j] = loadSome(factor + c + j * LANES, count);
      for (int j = 0; j < vectors; j++) offsets[j] = loadSome(offset + c + j * LANES, count);
      for (int64_t row = first; row < end; row++) {
        const int64_t place = row * rows.channels + c;
        for (int j = 0; j < vectors; j++) {
          const Vector value = loadSome(x + place + j * LANES, count);
          storeSome(to + place + j * LANES, factors[j] * value + offsets[j], count);
        }
      }
    });
  });
}

void requireRow(const Tensor& tensor, int channels) {
  require(tensor.size() == channels, "scale, offset and statistics must have one number per channel");
}

namespace {

// (x, factor, offset) to factor x + offset, with one of each per channel: batch normalisation with given statistics.
class Scale : public Kernel {
 public:
  explicit Scale(const Attributes&) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0), factor = call.input(1), offset = call.input(2);
    const Tensor y = call.output(0, x.shape());
    if (x.size() == 0) return;
    const ChannelRows rows(x.shape());
    requireRow(factor, rows.channels);
    requireRow(offset, rows.channels);
    scaleChannels(rows, x.data(), factor.data(), offset.data(), y.data());
  }
};

const NativeOp scale("KwtaScaleChannels", {"x: float", "factor: float", "offset: float"}, {"y: float"}, {},
                     make<Scale>);

}  // namespace
}  // namespace kwta
