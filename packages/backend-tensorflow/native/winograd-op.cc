// 3x3 convolutions with stride 1 as ops of TensorFlow.
#include <limits>

#include "native-op.h"
#include "winograd-convolution.h"

namespace kwta {
namespace {

constexpr float NONE = std::numeric_limits<float>::infinity();

// Of an image of `shape`, [n, height, width, channels], and an output of `channels` channels.
Geometry geometryOf(const Shape& shape, int64_t oh, int64_t ow, int64_t channels, int top, int left) {
  // Sizes within a sample are ints, and so is the number of tiles.
  const int64_t most = 1 << 30;
  for (int64_t size : {sizeOf(shape) / shape[0], oh * ow * channels, shape[0] * (oh + 3) / 4 * ((ow + 3) / 4)}) {
    require(size < most, "the image is too large");
  }
  const auto whole = [](int64_t value) { return static_cast<int>(value); };
  return {whole(shape[0]),
          whole(shape[1]),
          whole(shape[2]),
          whole(shape[3]),
          whole(oh),
          whole(ow),
          whole(channels),
          top,
          left};
}

void requireImage(const Tensor& tensor, const char* message) {
  require(tensor.shape().size() == 4 && tensor.size() > 0, message);
}

void requireFilter(const Shape& shape) {
  require(shape.size() == 4 && shape[0] == 3 && shape[1] == 3 && shape[2] > 0 && shape[3] > 0,
          "the filter must be [3, 3, channels, channels]");
}

// The output lies within what the padding makes of the input, else tiles would be read that are not there.
void requirePadding(int top, int left) {
  require(top >= 0 && top <= 2 && left >= 0 && left <= 2,
          "at most two rows and columns of zeros can be before the image");
}

// (x, filter, bias) to the convolution, kept between `low` and `high`; `turned`, the filter is [3, 3, outer, inner].
class Convolution : public Kernel {
 public:
  explicit Convolution(const Attributes& attributes)
      : top_(attributes.integer("top")),
        left_(attributes.integer("left")),
        height_(attributes.integer("height")),
        width_(attributes.integer("width")),
        turned_(attributes.integer("turned") != 0),
        relu_(attributes.integer("relu") != 0) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0);
    const Tensor filter = call.input(1);
    const Tensor bias = call.input(2);
    requireImage(x, "x must be [batch, height, width, channels], with none of them 0");
    requireFilter(filter.shape());
    requirePadding(top_, left_);
    require(height_ > 0 && width_ > 0, "the output must have a height and a width");
    const int64_t inner = filter.shape()[turned_ ? 3 : 2];
    const int64_t outer = filter.shape()[turned_ ? 2 : 3];
    require(inner == x.shape()[3], "x and the filter must have the same channels");
    require(bias.size() == 0 || bias.size() == outer, "the bias must have one number per channel of the output");
    const Geometry g = geometryOf(x.shape(), height_, width_, outer, top_, left_);
    const Tensor y = call.output(0, {x.shape()[0], height_, width_, outer});
    const Epilogue end{bias.size() == 0 ? nullptr : bias.data(), relu_ ? 0.0f : -NONE, NONE};
    winogradConvolution(g, x.data(), {filter.data(), g.ci, g.co, turned_}, end, y.data());
  }

 private:
  const int top_, left_, height_, width_;
  const bool turned_, relu_;
};

const NativeOp convolution("KwtaWinogradConvolution", {"x: float", "filter: float", "bias: float"}, {"y: float"},
                           {"top: int", "left: int", "height: int", "width: int", "turned: int", "relu: int"},
                           make<Convolution>);

// (x, dy) to the gradient by the filter.
class FilterGradient : public Kernel {
 public:
  explicit FilterGradient(const Attributes& attributes)
      : top_(attributes.integer("top")), left_(attributes.integer("left")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0);
    const Tensor dy = call.input(1);
    requireImage(x, "x must be [batch, height, width, channels], with none of them 0");
    requireImage(dy, "dy must be [batch, height, width, channels], with none of them 0");
    requirePadding(top_, left_);
    const Shape& out = dy.shape();
    require(out[0] == x.shape()[0], "x and dy must have the same number of samples");
    const Geometry g = geometryOf(x.shape(), out[1], out[2], out[3], top_, left_);
    const Tensor dw = call.output(0, {3, 3, g.ci, g.co});
    winogradFilterGradient(g, x.data(), dy.data(), dw.data());
  }

 private:
  const int top_, left_;
};

const NativeOp filterGradient("KwtaWinogradFilterGradient", {"x: float", "dy: float"}, {"dw: float"},
                              {"top: int", "left: int"}, make<FilterGradient>);

}  // namespace
}  // namespace kwta
