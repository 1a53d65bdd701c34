// Activations of a network whose gradient is a choice: what `parseBackward` of this package reads, soft-top-k aside.
#pragma once

#include <cmath>
#include <limits>

#include "gate.h"
#include "mask.h"
#include "network-rule.h"

namespace kwta {

struct GradientChoice {
  enum Kind { EXACT, GATE, STRAIGHT_THROUGH, RELU } kind;
  // Of the gate.
  double temperature;
};

inline GradientChoice readChoice(const std::string& text) {
  if (text == "exact") return {GradientChoice::EXACT, 0};
  if (text == "straight-through") return {GradientChoice::STRAIGHT_THROUGH, 0};
  if (text == "relu") return {GradientChoice::RELU, 0};
  require(text.rfind("gate:", 0) == 0, "no activation of a network has this gradient");
  const double temperature = std::strtod(text.c_str() + 5, nullptr);
  require(temperature > 0 && std::isfinite(temperature), "the temperature of a gate must be a positive number");
  return {GradientChoice::GATE, temperature};
}

// One whose gradient is dy where a bit is set, or dy times a slope.
class Choosable : public Activation {
 public:
  Choosable(int64_t size, GradientChoice choice) : size_(size), choice_(choice) {}

  int64_t tapeBytes() const override {
    return isGate() ? size_ * sizeof(float) : sizeof(float) + maskBytes(size_);
  }

  void backward(const float* dy, const uint8_t* kept, float* dx) const override {
    if (isGate()) {
      const float* slopes = reinterpret_cast<const float*>(kept);
      for (int64_t i = 0; i < size_; i++) dx[i] = dy[i] * slopes[i];
      return;
    }
    float spoilt;
    std::memcpy(&spoilt, kept, sizeof(spoilt));
    if (std::isnan(spoilt)) std::fill(dx, dx + size_, spoilt);
    else passMasked(dy, kept + sizeof(spoilt), dx, size_);
  }

 protected:
  bool isGate() const { return choice_.kind == GradientChoice::GATE; }

  // A sample that holds a NaN: so are its result and its gradient.
  void spoil(float* y, uint8_t* kept) const {
    const float spoilt = std::numeric_limits<float>::quiet_NaN();
    std::fill(y, y + size_, spoilt);
    if (kept == nullptr) return;
    if (isGate()) std::fill(reinterpret_cast<float*>(kept), reinterpret_cast<float*>(kept) + size_, spoilt);
    else std::memcpy(kept, &spoilt, sizeof(spoilt));
  }

  // y: x where `wins(i, count, values)`, else `loser(i, count)`, given `count` values of x from number i on.
  template <typename Wins, typename Loser>
  void select(const float* x, float* y, uint8_t* kept, Wins wins, Loser loser) const {
    const auto won = [](IntVector winners, Vector) { return winners; };
    if (kept == nullptr || isGate()) return selectAndMask(x, y, nullptr, wins, loser, won);
    const float fine = 0;
    std::memcpy(kept, &fine, sizeof(fine));
    uint8_t* mask = kept + sizeof(fine);
    if (choice_.kind == GradientChoice::EXACT) return selectAndMask(x, y, mask, wins, loser, won);
    // The smallest normal number stands for "above 0", as in the compositions. A NaN is passed on.
    const float limit = choice_.kind == GradientChoice::RELU ? std::numeric_limits<float>::min() : -INFINITY;
    selectAndMask(x, y, mask, wins, loser, [&](IntVector, Vector values) { return ~(values < limit); });
  }

  // What the gradient needs of the gate, before `select`: the slope of `(x - loser) sigmoid((x - rival) / (T s))`, given
  // `rival(i, count, values)`. Where `T s` is no positive finite number, that of `wins`.
  template <typename Wins, typename Rival>
  void keepSlopes(const float* x, uint8_t* kept, float loser, Wins wins, Rival rival) const {
    if (kept == nullptr || !isGate()) return;
    float* slopes = reinterpret_cast<float*>(kept);
    const float steepness = steepnessOf(x, x[0], size_, choice_.temperature);
    forEachVector([&](int64_t i, int count) {
      const Vector values = loadSome(x + i, count);
      const Vector slope = steepness == 0 ? choose(wins(i, count, values), splat(1.0f))
                                          : gateSlope((values - rival(i, count, values)) * steepness,
                                                      (values - loser) * steepness);
      storeSome(slopes + i, slope, count);
    });
  }

  template <typename Work>
  void forEachVector(Work work) const {
    for (int64_t i = 0; i < size_; i += LANES) work(i, static_cast<int>(std::min<int64_t>(LANES, size_ - i)));
  }

  const int64_t size_;
  const GradientChoice choice_;

 private:
  template <typename Wins, typename Loser, typename Passes>
  void selectAndMask(const float* x, float* y, uint8_t* mask, Wins wins, Loser loser, Passes passes) const {
    forEachVector([&](int64_t i, int count) {
      const Vector values = loadSome(x + i, count);
      const IntVector winners = wins(i, count, values);
      if (mask != nullptr) keepBits(mask, i, passes(winners, values));
      storeSome(y + i, winners ? values : loser(i, count), count);
    });
  }
};

}  // namespace kwta
