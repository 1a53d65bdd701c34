// The gate: a smooth stand-in for the step between winners and losers, for gradients.
#pragma once

#include <cmath>
#include <initializer_list>

#include "vector.h"

namespace kwta {

typedef double Doubles __attribute__((vector_size(8 * LANES)));

// e to the power of numbers up to 0, to about one unit in the last place: 2^n times a polynomial of the rest (the
// minimax polynomial of the Cephes library's `expf`). What would be a denormal is 0.
inline Vector exponential(Vector x) {
  const Vector low = splat(-87.0f);
  const Vector clamped = x < low ? low : x;
  // Rounded to the nearest: what is below 2^22 loses its fraction when 1.5 * 2^23 is added.
  const Vector shifted = clamped * 1.44269504088896341f + 12582912.0f;
  const Vector n = shifted - 12582912.0f;
  // ln 2 in two parts, so that the rest is exact.
  Vector r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  Vector p = splat(1.9875691500e-4f);
  for (float factor : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f}) {
    p = p * r + factor;
  }
  p = p * r * r + (r + 1.0f);
  const IntVector power = (__builtin_convertvector(n, IntVector) + 127) << 23;
  const Vector result = p * reinterpret_cast<Vector>(power);
  return x < low ? Vector{} : result;
}

// A gate at a distance from where it is half open, in widths of it.
struct Gate {
  // How far it is open, 0 to 1, and the slope of that.
  Vector open, slope;
};

inline Gate gateAt(Vector distance) {
  // Of -|u|, so that the exponential never overflows: sigmoid(|u|) is r and sigmoid(-|u|) is e r.
  const Vector e = exponential(distance < 0 ? distance : -distance);
  const Vector r = 1.0f / (1.0f + e);
  return {distance < 0 ? e * r : r, e * r * r};
}

// The derivative of `h * sigmoid(u)` by a variable that h and u follow alike.
inline Vector gateSlope(Vector u, Vector h) {
  const Gate gate = gateAt(u);
  return gate.open + h * gate.slope;
}

// The sum of `term(distance)` over a row, of the distances to t, in doubles.
template <typename Term>
double sumOf(const float* x, float t, int64_t size, Term term) {
  Doubles sums = {};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES)
    sums += term(__builtin_convertvector(load(x + i), Doubles) - static_cast<double>(t));
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
  for (; i < size; i++) sum += term(Doubles{} + (static_cast<double>(x[i]) - t))[0];
  return sum;
}

// The standard deviation of a row, of the distances to t, one of its values: values that are all equal have exactly
// none.
inline double deviation(const float* x, float t, int64_t size) {
  const double mean = sumOf(x, t, size, [](const Doubles& distance) -> const Doubles& { return distance; }) / size;
  const double squares =
      sumOf(x, t, size, [&](const Doubles& distance) { return (distance - mean) * (distance - mean); });
  return std::sqrt(squares / size);
}

// 1 / (T s), s the standard deviation of a row that holds t; 0 where that is no positive finite number.
inline float steepnessOf(const float* x, float t, int64_t size, double temperature) {
  const auto steepness = static_cast<float>(1 / (temperature * deviation(x, t, size)));
  return steepness > 0 && std::isfinite(steepness) ? steepness : 0.0f;
}

}  // namespace kwta
