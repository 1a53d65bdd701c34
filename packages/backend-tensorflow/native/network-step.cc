#include "network-step.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "batch-norm.h"
#include "dense.h"
#include "filter-cache.h"
#include "mask.h"
#include "network-rule.h"
#include "patch-convolution.h"
#include "scale-channels.h"
#include "thread-pool.h"
#include "winograd-convolution.h"

namespace kwta {
namespace {

using Inputs = std::vector<const float*>;

// Runs `work(sample)` on all threads.
template <typename Work>
void forEachSample(int count, Work work) {
  parallelFor(count, [&](int sample, int) { work(sample); });
}

// Runs `work(first, end)` for parts of so many values.
template <typename Work>
void forEachPart(int64_t size, Work work) {
  constexpr int64_t PART = 1 << 14;
  parallelFor(static_cast<int>((size + PART - 1) / PART),
              [&](int part, int) { work(part * PART, std::min(size, (part + 1) * PART)); });
}

void addTo(const float* from, float* to, int64_t size) {
  forEachPart(size, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) to[i] += from[i];
  });
}

// Of each channel the sums over all rows of dy x and of dy; either may be null.
void channelSums(const Shape& shape, const float* dy, const float* x, float* products, float* sums) {
  const ChannelRows rows(shape);
  const PartialSums partial(rows.blocks, rows.channels);
  const std::vector<float> zeros(rows.channels);
  rows.forEachBlock([&](int block, int64_t first, int64_t end) {
    sumsOfBlock(dy, x, zeros.data(), first, end, rows.channels, partial.at(block, 0), partial.at(block, 1));
  });
  GradientSums total(rows.channels);
  for (int block = 0; block < rows.blocks; block++) total.join(partial.at(block, 0), partial.at(block, 1));
  for (int c = 0; c < rows.channels; c++) {
    if (products != nullptr) products[c] = static_cast<float>(total.products[c]);
    if (sums != nullptr) sums[c] = static_cast<float>(total.sums[c]);
  }
}

// Filter, bias (or -1), strides, dilations, zeros before the image, and the size of the result; with a filter of two
// axes, a dense layer.
class Convolution : public Step {
 public:
  Convolution(const StepLine& line, SampleShape x, const Weights& weights, bool backward)
      : Step(shapeOf(line, weights)),
        filterIndex_(line.number(0)),
        biasIndex_(line.number(1)),
        filter_(weights.at(filterIndex_)),
        g_(geometryOf(line, x)) {
    require(g_.ci == (isDense() ? x.size() : x.channels), "the channels must be those of the filter");
    require(g_.strideH > 0 && g_.strideW > 0 && g_.dilationH > 0 && g_.dilationW > 0 && g_.top >= 0 && g_.left >= 0,
            "strides and dilations must be at least 1");
    if (biasIndex_ >= 0) {
      bias_ = std::make_unique<Tensor>(weights.at(biasIndex_));
      require(bias_->size() == g_.co, "the bias must have one number per channel");
    }
    winograd_ = suitsWinograd(backward);
    if (!winograd_ || !light()) return;
    transformed_ = weights.lasting ? transformedFilter(weights.call, weights.inputOf(filterIndex_), backward)
                                   : transformOnce({filter_.data(), backward ? g_.co : g_.ci, backward ? g_.ci : g_.co, backward});
  }

  bool light() const override { return filter_.size() <= (winograd_ ? MOST_WINOGRAD : MOST_PACKED); }

  void forward(int count, const Inputs& x, float* y, Tape) const override {
    const float* bias = bias_ == nullptr ? nullptr : bias_->data();
    if (winograd_) {
      const Geometry g{count, g_.h, g_.w, g_.ci, g_.oh, g_.ow, g_.co, g_.top, g_.left};
      return convolve(g, x[0], {bias, -INFINITY, INFINITY}, false, y);
    }
    if (isDense()) denseForward(denseShape(count), x[0], filter_.data(), y);
    else patchConvolution(geometryOf(count), x[0], filter_.data(), y);
    if (bias != nullptr) addBias(count, bias, y);
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape) const override {
    if (winograd_) {
      const Geometry g{count, g_.oh, g_.ow, g_.co, g_.h, g_.w, g_.ci, 2 - g_.top, 2 - g_.left};
      return convolve(g, dy, {nullptr, -INFINITY, INFINITY}, true, dx);
    }
    if (isDense()) return denseInputGradient(denseShape(count), dy, filter_.data(), dx);
    patchInputGradient(geometryOf(count), dy, filter_.data(), dx);
  }

  std::vector<int> differentiated() const override { return present({filterIndex_, biasIndex_}); }

  void weightGradients(int count, const float* x, const float* dy, const std::vector<float*>& gradients) const override {
    float* dw = gradients[filterIndex_];
    if (suitsWinograd(false)) {
      winogradFilterGradient({count, g_.h, g_.w, g_.ci, g_.oh, g_.ow, g_.co, g_.top, g_.left}, x, dy, dw);
    } else if (isDense()) {
      denseFilterGradient(denseShape(count), x, dy, dw);
    } else {
      patchFilterGradient(geometryOf(count), x, dy, dw);
    }
    if (biasIndex_ >= 0) channelSums({count, g_.oh, g_.ow, g_.co}, dy, dy, nullptr, gradients[biasIndex_]);
  }

 private:
  // With fewer, those of images, products of patches are as fast, and a pixel that nothing depends on has a gradient of 0, which
  // an attack by signs would see.
  static constexpr int FEWEST_CHANNELS = 4;
  // With larger filters their transform is made anew, in parts that fit into the cache.
  static constexpr int64_t MOST_WINOGRAD = 9 << 15;
  // Others are packed for each group of samples.
  static constexpr int64_t MOST_PACKED = 1 << 18;

  static SampleShape shapeOf(const StepLine& line, const Weights& weights) {
    const Shape filter = weights.at(line.number(0)).shape();
    require(filter.size() == 4 || filter.size() == 2, "a filter has four axes, or two");
    require(sizeOf(filter) > 0, "no axis of a filter is of length 0");
    const int channels = static_cast<int>(filter.back());
    if (filter.size() == 2) return {1, 1, channels};
    require(line.number(8) > 0 && line.number(9) > 0, "the result must have a height and a width");
    return {line.number(8), line.number(9), channels};
  }

  bool isDense() const { return filter_.shape().size() == 2; }

  PatchGeometry geometryOf(const StepLine& line, SampleShape x) const {
    const Shape& filter = filter_.shape();
    const auto axis = [&](int index) { return static_cast<int>(filter[index]); };
    if (isDense()) return {1, 1, 1, axis(0), 1, 1, axis(1), 1, 1, 1, 1, 1, 1, 0, 0};
    return {1,          x.height,        x.width,        axis(2),        shape.height,   shape.width,    axis(3), axis(0),
            axis(1),    line.number(2),  line.number(3), line.number(4), line.number(5), line.number(6), line.number(7)};
  }

  PatchGeometry geometryOf(int count) const {
    PatchGeometry g = g_;
    g.n = count;
    return g;
  }

  DenseShape denseShape(int count) const { return {count, g_.ci, g_.co}; }

  bool isPlain() const { return g_.strideH * g_.strideW * g_.dilationH * g_.dilationW == 1; }

  bool suitsWinograd(bool backward) const {
    if (!isPlain() || g_.kh != 3 || g_.kw != 3 || g_.top > 2 || g_.left > 2) return false;
    if (std::min(g_.ci, g_.co) < FEWEST_CHANNELS) return false;
    const int height = backward ? g_.h : g_.oh, width = backward ? g_.w : g_.ow;
    // Output that does not fill its tiles is computed in vain.
    return 1.25 * NUMBERS * ((height + 3) / 4) * ((width + 3) / 4) < 9.0 * height * width;
  }

  void convolve(const Geometry& g, const float* x, const Epilogue& end, bool turned, float* y) const {
    if (transformed_ != nullptr) return winogradConvolution(g, x, transformed_.get(), end, y);
    winogradConvolution(g, x, Filters{filter_.data(), g.ci, g.co, turned}, end, y);
  }

  void addBias(int count, const float* bias, float* y) const {
    const int channels = g_.co;
    const int64_t rows = static_cast<int64_t>(count) * g_.oh * g_.ow;
    parallelFor(count, [&](int sample, int) {
      const int64_t each = rows / count;
      for (int64_t row = sample * each; row < (sample + 1) * each; row++) {
        for (int c = 0; c < channels; c++) y[row * channels + c] += bias[c];
      }
    });
  }

  static std::shared_ptr<const float[]> transformOnce(const Filters& filters) {
    Scratch made = allocateScratch(transformedFloats(filters));
    transformAllFilters(filters, made.get());
    return made;
  }

  const int filterIndex_, biasIndex_;
  const Tensor filter_;
  const PatchGeometry g_;
  std::unique_ptr<Tensor> bias_;
  bool winograd_ = false;
  std::shared_ptr<const float[]> transformed_;
};

// Each channel times a factor, plus an offset; the numbers of the weights that they are, or -1.
class Scale : public Step {
 public:
  Scale(SampleShape x, std::vector<float> factor, std::vector<float> offset, int factorIndex = -1, int offsetIndex = -1)
      : Step(x),
        factor_(std::move(factor)),
        offset_(std::move(offset)),
        zeros_(factor_.size()),
        factorIndex_(factorIndex),
        offsetIndex_(offsetIndex) {
    require(factor_.size() == static_cast<size_t>(x.channels) && offset_.size() == factor_.size(),
            "scale, offset and statistics must have one number per channel");
  }

  bool inPlace() const override { return true; }

  void forward(int count, const Inputs& x, float* y, Tape) const override { scale(count, x[0], offset_, y); }

  void backward(int count, const float* dy, size_t, float* dx, Tape) const override { scale(count, dy, zeros_, dx); }

  std::vector<int> differentiated() const override { return present({factorIndex_, offsetIndex_}); }

  void weightGradients(int count, const float* x, const float* dy, const std::vector<float*>& gradients) const override {
    const auto of = [&](int index) { return index < 0 ? nullptr : gradients[index]; };
    channelSums({count, shape.height, shape.width, shape.channels}, dy, x, of(factorIndex_), of(offsetIndex_));
  }

 private:
  void scale(int count, const float* from, const std::vector<float>& offset, float* to) const {
    scaleChannels(ChannelRows({count, shape.height, shape.width, shape.channels}), from, factor_.data(), offset.data(), to);
  }

  const std::vector<float> factor_, offset_, zeros_;
  const int factorIndex_, offsetIndex_;
};

std::vector<float> valuesOf(const Weights& weights, int index, size_t count, float otherwise) {
  if (index < 0) return std::vector<float>(count, otherwise);
  const Tensor tensor = weights.at(index);
  return std::vector<float>(tensor.data(), tensor.data() + tensor.size());
}

// Batch normalisation with given statistics: scale (or -1), offset (or -1), mean, variance, epsilon.
std::unique_ptr<Step> makeNorm(const StepLine& line, SampleShape x, const Weights& weights) {
  const auto values = [&](size_t index, float otherwise) {
    return valuesOf(weights, line.number(index), x.channels, otherwise);
  };
  std::vector<float> factor = values(0, 1), offset = values(1, 0);
  const std::vector<float> mean = values(2, 0), variance = values(3, 1);
  require(mean.size() == factor.size() && variance.size() == factor.size() && offset.size() == factor.size(),
          "scale, offset and statistics must have one number per channel");
  const float epsilon = line.real(4);
  for (size_t c = 0; c < factor.size(); c++) {
    factor[c] /= std::sqrt(variance[c] + epsilon);
    offset[c] -= mean[c] * factor[c];
  }
  return std::make_unique<Scale>(x, std::move(factor), std::move(offset));
}

class Relu : public Step {
 public:
  explicit Relu(SampleShape x) : Step(x) {}

  bool inPlace() const override { return true; }
  int64_t tapeBytes() const override { return maskBytes(shape.size()); }

  void forward(int count, const Inputs& x, float* y, Tape tape) const override {
    const int64_t size = shape.size();
    forEachSample(count, [&](int i) {
      // In this order, so that NaN stays.
      const auto map = [](Vector value) { return value < 0.0f ? Vector{} : value; };
      mapAndMask(x[0] + i * size, y + i * size, size, tape.of(i), map, [](Vector value) { return value > 0.0f; });
    });
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape tape) const override {
    const int64_t size = shape.size();
    forEachSample(count, [&](int i) { passMasked(dy + i * size, tape.of(i), dx + i * size, size); });
  }
};

// An activation of a kernel pack: its name, and what that needs.
class Activate : public Step {
 public:
  Activate(const StepLine& line, SampleShape x, const Weights& weights) : Step(x), own_(make(line, x, weights)) {}

  bool inPlace() const override { return true; }
  int64_t tapeBytes() const override { return own_->tapeBytes(); }

  void forward(int count, const Inputs& x, float* y, Tape tape) const override {
    const int64_t size = shape.size();
    const int64_t each = (own_->scratch() + 15) / 16 * 16;
    const Scratch scratch = allocateScratch(threads() * each);
    parallelFor(count, [&](int i, int worker) {
      int32_t* memory = reinterpret_cast<int32_t*>(scratch.get() + worker * each);
      own_->forward(x[0] + i * size, y + i * size, tape.of(i), memory);
    });
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape tape) const override {
    const int64_t size = shape.size();
    forEachSample(count, [&](int i) { own_->backward(dy + i * size, tape.of(i), dx + i * size); });
  }

 private:
  static std::unique_ptr<Activation> make(const StepLine& line, SampleShape x, const Weights& weights) {
    const MakeActivation found = findRule(line.text(0));
    require(found != nullptr, "no kernel pack has an activation of this name");
    return found(line, x, weights);
  }

  const std::unique_ptr<Activation> own_;
};

class Add : public Step {
 public:
  explicit Add(const std::vector<SampleShape>& inputs) : Step(inputs[0]) {
    for (const SampleShape& each : inputs) require(each.size() == shape.size(), "what is added must have one shape");
  }

  bool inPlace() const override { return true; }

  void forward(int count, const Inputs& x, float* y, Tape) const override {
    forEachPart(count * shape.size(), [&](int64_t first, int64_t end) {
      const float* a = x[0];
      const float* b = x[1];
      for (int64_t i = first; i < end; i++) y[i] = a[i] + b[i];
    });
    for (size_t more = 2; more < x.size(); more++) addTo(x[more], y, count * shape.size());
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape) const override {
    if (dx != dy) std::copy(dy, dy + count * shape.size(), dx);
  }

  bool passesGradientOn() const override { return true; }
};

// Along the channels.
class Concat : public Step {
 public:
  explicit Concat(const std::vector<SampleShape>& inputs) : Step(shapeOf(inputs)), inputs_(inputs) {}

  void forward(int count, const Inputs& x, float* y, Tape) const override {
    for (size_t i = 0; i < inputs_.size(); i++) {
      const int own = inputs_[i].channels;
      copyRows(count, own, x[i], own, y + before(i), shape.channels);
    }
  }

  void backward(int count, const float* dy, size_t input, float* dx, Tape) const override {
    const int own = inputs_[input].channels;
    copyRows(count, own, dy + before(input), shape.channels, dx, own);
  }

 private:
  static SampleShape shapeOf(const std::vector<SampleShape>& inputs) {
    SampleShape all = inputs[0];
    all.channels = 0;
    for (const SampleShape& each : inputs) {
      require(each.height == all.height && each.width == all.width, "what is joined must have one height and width");
      all.channels += each.channels;
    }
    return all;
  }

  int before(size_t input) const {
    int channels = 0;
    for (size_t i = 0; i < input; i++) channels += inputs_[i].channels;
    return channels;
  }

  void copyRows(int count, int channels, const float* from, int fromStep, float* to, int toStep) const {
    const int64_t rows = static_cast<int64_t>(shape.height) * shape.width;
    forEachSample(count, [&](int sample) {
      for (int64_t row = sample * rows; row < (sample + 1) * rows; row++) {
        std::copy(from + row * fromStep, from + row * fromStep + channels, to + row * toStep);
      }
    });
  }

  const std::vector<SampleShape> inputs_;
};

// The largest value of each window, or its mean: size of the window, strides, height and width of the result. Windows lie
// within the image.
class Pool : public Step {
 public:
  Pool(const StepLine& line, SampleShape x)
      : Step({line.number(4), line.number(5), x.channels}),
        largest_(line.name == "max"),
        x_(x),
        height_(line.number(0)),
        width_(line.number(1)),
        down_(line.number(2)),
        right_(line.number(3)) {
    require(height_ > 0 && width_ > 0 && down_ > 0 && right_ > 0, "windows and strides must be at least 1");
    require(shape.height > 0 && shape.width > 0 && (shape.height - 1) * down_ + height_ <= x.height &&
                (shape.width - 1) * right_ + width_ <= x.width,
            "windows must lie within the image");
    require(!largest_ || height_ * width_ <= 256, "the window is too large");
  }

  int64_t tapeBytes() const override { return largest_ ? shape.size() : 0; }

  void forward(int count, const Inputs& x, float* y, Tape tape) const override {
    forEachSample(count, [&](int i) {
      const float* from = x[0] + i * x_.size();
      float* to = y + i * shape.size();
      uint8_t* taken = tape.of(i);
      for (int place = 0; place < shape.height * shape.width; place++, to += shape.channels) {
        const float* corner = from + cornerOf(place);
        if (largest_) {
          takeLargest(corner, to, taken == nullptr ? nullptr : taken + place * shape.channels);
        } else {
          takeMean(corner, to);
        }
      }
    });
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape tape) const override {
    forEachSample(count, [&](int i) {
      const float* from = dy + i * shape.size();
      float* to = dx + i * x_.size();
      std::fill(to, to + x_.size(), 0.0f);
      for (int place = 0; place < shape.height * shape.width; place++, from += shape.channels) {
        float* corner = to + cornerOf(place);
        if (largest_) {
          const uint8_t* taken = tape.of(i) + place * shape.channels;
          for (int c = 0; c < shape.channels; c++) corner[tapOf(taken[c]) + c] += from[c];
        } else {
          for (int tap = 0; tap < height_ * width_; tap++) {
            float* pixel = corner + tapOf(tap);
            for (int c = 0; c < shape.channels; c++) pixel[c] += from[c] / (height_ * width_);
          }
        }
      }
    });
  }

 private:
  int64_t cornerOf(int place) const {
    return (static_cast<int64_t>(place / shape.width * down_) * x_.width + place % shape.width * right_) * x_.channels;
  }

  int64_t tapOf(int tap) const { return (static_cast<int64_t>(tap / width_) * x_.width + tap % width_) * x_.channels; }

  void takeLargest(const float* corner, float* to, uint8_t* taken) const {
    std::copy(corner, corner + shape.channels, to);
    if (taken != nullptr) std::fill(taken, taken + shape.channels, 0);
    for (int tap = 1; tap < height_ * width_; tap++) {
      const float* pixel = corner + tapOf(tap);
      for (int c = 0; c < shape.channels; c++) {
        if (!(pixel[c] > to[c])) continue;
        to[c] = pixel[c];
        if (taken != nullptr) taken[c] = static_cast<uint8_t>(tap);
      }
    }
  }

  void takeMean(const float* corner, float* to) const {
    std::fill(to, to + shape.channels, 0.0f);
    for (int tap = 0; tap < height_ * width_; tap++) {
      const float* pixel = corner + tapOf(tap);
      for (int c = 0; c < shape.channels; c++) to[c] += pixel[c];
    }
    for (int c = 0; c < shape.channels; c++) to[c] /= height_ * width_;
  }

  const bool largest_;
  const SampleShape x_;
  const int height_, width_, down_, right_;
};

}  // namespace

const std::string& StepLine::text(size_t index) const {
  require(index < arguments.size(), "a step of the network has too few numbers");
  return arguments[index];
}

int StepLine::number(size_t index) const { return std::atoi(text(index).c_str()); }

float StepLine::real(size_t index) const { return std::strtof(text(index).c_str(), nullptr); }

std::vector<int> present(std::initializer_list<int> indices) {
  std::vector<int> found;
  for (int index : indices) {
    if (index >= 0) found.push_back(index);
  }
  return found;
}

int Weights::inputOf(int index) const {
  require(index >= 0 && index < count, "a step of the network names a weight that there is not");
  return first + index;
}

std::unique_ptr<Step> makeStep(const StepLine& line, const std::vector<SampleShape>& inputs, const Weights& weights,
                               bool backward) {
  const std::string& name = line.name;
  require(!inputs.empty() && (inputs.size() > 1 || name != "add"), "a step of the network has too few inputs");
  const SampleShape& x = inputs[0];
  if (name == "conv") return std::make_unique<Convolution>(line, x, weights, backward);
  if (name == "norm") return makeNorm(line, x, weights);
  if (name == "scale") {
    const auto values = [&](size_t index, float otherwise) {
      return valuesOf(weights, line.number(index), x.channels, otherwise);
    };
    return std::make_unique<Scale>(x, values(0, 1), values(1, 0), line.number(0), line.number(1));
  }
  if (name == "relu") return std::make_unique<Relu>(x);
  if (name == "activation") return std::make_unique<Activate>(line, x, weights);
  if (name == "add") return std::make_unique<Add>(inputs);
  if (name == "concat") return std::make_unique<Concat>(inputs);
  require(name == "max" || name == "mean", "there is no step of this name");
  return std::make_unique<Pool>(line, x);
}

}  // namespace kwta
