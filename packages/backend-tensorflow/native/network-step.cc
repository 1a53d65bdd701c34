#include "network-step.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "channel-rows.h"
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

// Filter, bias (or -1), strides, dilations, zeros before the image, and the size of the result; with a filter of two
// axes, a dense layer.
class Convolution : public Step {
 public:
  Convolution(const StepLine& line, SampleShape x, const Weights& weights, bool backward)
      : Step(shapeOf(line, weights)), filter_(weights.at(line.number(0))), g_(geometryOf(line, x)) {
    require(g_.ci == (isDense() ? x.size() : x.channels), "the channels must be those of the filter");
    require(g_.strideH > 0 && g_.strideW > 0 && g_.dilationH > 0 && g_.dilationW > 0 && g_.top >= 0 && g_.left >= 0,
            "strides and dilations must be at least 1");
    if (line.number(1) >= 0) {
      bias_ = std::make_unique<Tensor>(weights.at(line.number(1)));
      require(bias_->size() == g_.co, "the bias must have one number per channel");
    }
    winograd_ = suitsWinograd(backward);
    if (winograd_ && light()) transformed_ = transformedFilter(weights.call, weights.inputOf(line.number(0)), backward);
  }

  bool light() const override { return filter_.size() <= (winograd_ ? MOST_WINOGRAD : MOST_PACKED); }

  void forward(int count, const Inputs& x, float* y, Tape) const override {
    const float* bias = bias_ == nullptr ? nullptr : bias_->data();
    if (winograd_) {
      const Geometry g{count, g_.h, g_.w, g_.ci, g_.oh, g_.ow, g_.co, g_.top, g_.left};
      return convolve(g, x[0], {bias, -INFINITY, INFINITY}, false, y);
    }
    patchConvolution(geometryOf(count), x[0], filter_.data(), y);
    if (bias != nullptr) addBias(count, bias, y);
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape) const override {
    if (winograd_) {
      const Geometry g{count, g_.oh, g_.ow, g_.co, g_.h, g_.w, g_.ci, 2 - g_.top, 2 - g_.left};
      return convolve(g, dy, {nullptr, -INFINITY, INFINITY}, true, dx);
    }
    patchInputGradient(geometryOf(count), dy, filter_.data(), dx);
  }

 private:
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
    // Rows are taken for the pixels of one image, so that all of them meet a part of the filter while it is in the cache.
    (isDense() ? g.h : g.n) = count;
    if (isDense()) g.oh = count;
    return g;
  }

  bool suitsWinograd(bool backward) const {
    const bool plain = g_.strideH * g_.strideW * g_.dilationH * g_.dilationW == 1;
    if (!plain || g_.kh != 3 || g_.kw != 3 || g_.top > 2 || g_.left > 2) return false;
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

  const Tensor filter_;
  const PatchGeometry g_;
  std::unique_ptr<Tensor> bias_;
  bool winograd_ = false;
  std::shared_ptr<const float[]> transformed_;
};

// Each channel times a factor, plus an offset.
class Scale : public Step {
 public:
  Scale(SampleShape x, std::vector<float> factor, std::vector<float> offset)
      : Step(x), factor_(std::move(factor)), offset_(std::move(offset)), zeros_(factor_.size()) {
    require(factor_.size() == static_cast<size_t>(x.channels) && offset_.size() == factor_.size(),
            "scale, offset and statistics must have one number per channel");
  }

  bool inPlace() const override { return true; }

  void forward(int count, const Inputs& x, float* y, Tape) const override { scale(count, x[0], offset_, y); }

  void backward(int count, const float* dy, size_t, float* dx, Tape) const override { scale(count, dy, zeros_, dx); }

 private:
  void scale(int count, const float* from, const std::vector<float>& offset, float* to) const {
    scaleChannels(ChannelRows({count, shape.height, shape.width, shape.channels}), from, factor_.data(), offset.data(), to);
  }

  const std::vector<float> factor_, offset_, zeros_;
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
  const float epsilon = std::strtof(line.arguments.at(4).c_str(), nullptr);
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

// An activation of a kernel pack: its name and its number.
class Threshold : public Step {
 public:
  Threshold(const StepLine& line, SampleShape x)
      : Step(x), rule_(findRule(line.arguments.at(0).c_str())), number_(line.number(1)) {
    require(rule_ != nullptr, "no kernel pack has an activation of this name");
  }

  bool inPlace() const override { return true; }
  // The threshold, which may be NaN, and the bits.
  int64_t tapeBytes() const override { return sizeof(float) + maskBytes(shape.size()); }

  void forward(int count, const Inputs& x, float* y, Tape tape) const override {
    const int64_t size = shape.size();
    const int64_t own = (rule_->scratch(size) + 15) / 16 * 16;
    const Scratch scratch = allocateScratch(threads() * own);
    parallelFor(count, [&](int i, int worker) {
      const float* from = x[0] + i * size;
      float* to = y + i * size;
      const float limit = rule_->threshold(from, size, number_, reinterpret_cast<int32_t*>(scratch.get() + worker * own));
      uint8_t* kept = tape.of(i);
      if (kept != nullptr) std::memcpy(kept, &limit, sizeof(float));
      if (std::isnan(limit)) return std::fill(to, to + size, limit);
      const Vector limits = splat(limit);
      const auto reaches = [&](Vector value) { return value >= limits; };
      const auto map = [&](Vector value) { return choose(reaches(value), value); };
      mapAndMask(from, to, size, kept == nullptr ? nullptr : kept + sizeof(float), map, reaches);
    });
  }

  void backward(int count, const float* dy, size_t, float* dx, Tape tape) const override {
    const int64_t size = shape.size();
    forEachSample(count, [&](int i) {
      float limit;
      std::memcpy(&limit, tape.of(i), sizeof(float));
      if (std::isnan(limit)) return std::fill(dx + i * size, dx + (i + 1) * size, limit);
      passMasked(dy + i * size, tape.of(i) + sizeof(float), dx + i * size, size);
    });
  }

 private:
  const ThresholdRule* const rule_;
  const int64_t number_;
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

int StepLine::number(size_t index) const {
  require(index < arguments.size(), "a step of the network has too few numbers");
  return std::atoi(arguments[index].c_str());
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
    return std::make_unique<Scale>(x, values(0, 1), values(1, 0));
  }
  if (name == "relu") return std::make_unique<Relu>(x);
  if (name == "threshold") return std::make_unique<Threshold>(line, x);
  if (name == "add") return std::make_unique<Add>(inputs);
  if (name == "concat") return std::make_unique<Concat>(inputs);
  require(name == "max" || name == "mean", "there is no step of this name");
  return std::make_unique<Pool>(line, x);
}

}  // namespace kwta
