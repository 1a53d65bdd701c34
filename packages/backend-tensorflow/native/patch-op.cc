// Convolutions of any kind as ops of TensorFlow.
#include "native-op.h"
#include "patch-convolution.h"

namespace kwta {
namespace {

// The attributes that all three ops have.
struct Window {
  int strideH, strideW, dilationH, dilationW, top, left;

  explicit Window(const Attributes& attributes)
      : strideH(attributes.integer("stride_height")),
        strideW(attributes.integer("stride_width")),
        dilationH(attributes.integer("dilation_height")),
        dilationW(attributes.integer("dilation_width")),
        top(attributes.integer("top")),
        left(attributes.integer("left")) {}

  static std::vector<const char*> names(std::vector<const char*> more) {
    for (const char* name : {"stride_height: int", "stride_width: int", "dilation_height: int", "dilation_width: int",
                             "top: int", "left: int"}) {
      more.push_back(name);
    }
    return more;
  }

  PatchGeometry geometry(const Shape& x, const Shape& filter, const Shape& y) const {
    for (const Shape* shape : {&x, &filter, &y}) {
      require(shape->size() == 4 && sizeOf(*shape) > 0,
              "images and filters must have four axes, none of them of length 0");
      // Sizes within a sample are ints.
      require(sizeOf(*shape) / (*shape)[0] < (1 << 30), "the image is too large");
    }
    require(x[0] == y[0], "x and y must have the same number of samples");
    require(x[3] == filter[2] && y[3] == filter[3], "the channels must be those of the filter");
    require(strideH > 0 && strideW > 0 && dilationH > 0 && dilationW > 0, "strides and dilations must be at least 1");
    const auto whole = [](int64_t value) { return static_cast<int>(value); };
    return {whole(x[0]),      whole(x[1]), whole(x[2]), whole(x[3]),
            whole(y[1]),      whole(y[2]), whole(y[3]), whole(filter[0]),
            whole(filter[1]), strideH,     strideW,     dilationH,
            dilationW,        top,         left};
  }
};

// (x, filter) to the convolution, of which height and width are given.
class Convolution : public Kernel {
 public:
  explicit Convolution(const Attributes& attributes)
      : window_(attributes), height_(attributes.integer("height")), width_(attributes.integer("width")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0), filter = call.input(1);
    require(filter.shape().size() == 4 && x.shape().size() == 4, "x and the filter must have four axes");
    const Shape shape{x.shape()[0], height_, width_, filter.shape()[3]};
    const PatchGeometry g = window_.geometry(x.shape(), filter.shape(), shape);
    const Tensor y = call.output(0, shape);
    patchConvolution(g, x.data(), filter.data(), y.data());
  }

 private:
  const Window window_;
  const int height_, width_;
};

const NativeOp convolution("KwtaPatchConvolution", {"x: float", "filter: float"}, {"y: float"},
                           Window::names({"height: int", "width: int"}), make<Convolution>);

// (dy, filter) to the gradient by the input, of which height and width are given.
class InputGradient : public Kernel {
 public:
  explicit InputGradient(const Attributes& attributes)
      : window_(attributes), height_(attributes.integer("height")), width_(attributes.integer("width")) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), filter = call.input(1);
    require(filter.shape().size() == 4 && dy.shape().size() == 4, "dy and the filter must have four axes");
    const Shape shape{dy.shape()[0], height_, width_, filter.shape()[2]};
    const PatchGeometry g = window_.geometry(shape, filter.shape(), dy.shape());
    const Tensor dx = call.output(0, shape);
    patchInputGradient(g, dy.data(), filter.data(), dx.data());
  }

 private:
  const Window window_;
  const int height_, width_;
};

const NativeOp inputGradient("KwtaPatchInputGradient", {"dy: float", "filter: float"}, {"dx: float"},
                             Window::names({"height: int", "width: int"}), make<InputGradient>);

// (x, dy) to the gradient by the filter, of which height and width are given.
class FilterGradient : public Kernel {
 public:
  explicit FilterGradient(const Attributes& attributes)
      : window_(attributes), height_(attributes.integer("height")), width_(attributes.integer("width")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0), dy = call.input(1);
    require(x.shape().size() == 4 && dy.shape().size() == 4, "x and dy must have four axes");
    const Shape shape{height_, width_, x.shape()[3], dy.shape()[3]};
    const PatchGeometry g = window_.geometry(x.shape(), shape, dy.shape());
    const Tensor dw = call.output(0, shape);
    patchFilterGradient(g, x.data(), dy.data(), dw.data());
  }

 private:
  const Window window_;
  const int height_, width_;
};

const NativeOp filterGradient("KwtaPatchFilterGradient", {"x: float", "dy: float"}, {"dw: float"},
                              Window::names({"height: int", "width: int"}), make<FilterGradient>);

}  // namespace
}  // namespace kwta
