// The gate surrogate's gradient as an op of TensorFlow: the kernel `KwtaGateGrad` of @kwta/op.
#include <cmath>

#include "pass.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(1);

namespace kwta {
namespace {

typedef double Doubles __attribute__((vector_size(8 * LANES)));

// e to the power of numbers up to 0, to about one unit in the last place: 2^n times a polynomial of the rest (the
// minimax polynomial of the Cephes library's `expf`). What would be a denormal is 0.
Vector exponential(Vector x) {
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
double deviation(const float* x, float t, int64_t size) {
  const double mean = sumOf(x, t, size, [](const Doubles& distance) -> const Doubles& { return distance; }) / size;
  const double squares =
      sumOf(x, t, size, [&](const Doubles& distance) { return (distance - mean) * (distance - mean); });
  return std::sqrt(squares / size);
}

// dy times the derivative of `x * sigmoid((x - t) * steepness)`.
Vector gate(Vector dy, Vector x, float t, float steepness) {
  const Vector u = (x - t) * steepness;
  // Of -|u|, so that the exponential never overflows: sigmoid(|u|) is r and sigmoid(-|u|) is e r.
  const Vector e = exponential(u < 0 ? u : -u);
  const Vector r = 1.0f / (1.0f + e);
  return dy * ((u < 0 ? e * r : r) + (x * steepness) * (e * r * r));
}

// (dy, x, threshold) to dy times the derivative of `x sigmoid((x - t) / (T s))`, t (the threshold) and s (the standard
// deviation of the row) constant. The exact gradient where `T s` is not a positive finite number.
class GateGradient : public Kernel {
 public:
  explicit GateGradient(const Attributes& attributes) : temperature_(attributes.number("temperature")) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), x = call.input(1), threshold = call.input(2);
    requireGradientInputs(dy, x, threshold);
    const Rows rows(x.shape());
    const Tensor dx = call.output(0, dy.shape());
    rows.forEach([&](int64_t row, int) {
      const int64_t start = row * rows.size;
      passGate(dy.data() + start, x.data() + start, threshold.data()[row], dx.data() + start, rows.size);
    });
  }

 private:
  void passGate(float* dy, const float* x, float t, float* dx, int64_t size) const {
    const auto steepness = static_cast<float>(1 / (temperature_ * deviation(x, t, size)));
    if (!(steepness > 0 && std::isfinite(steepness))) return passWinners(dy, x, t, dx, size);
    for (int64_t i = 0; i < size; i += LANES) {
      const int count = static_cast<int>(std::min<int64_t>(LANES, size - i));
      storeSome(dx + i, gate(loadSome(dy + i, count), loadSome(x + i, count), t, steepness), count);
    }
  }

  const double temperature_;
};

const NativeOp gateGradient("KwtaGateGrad", {"dy: float", "x: float", "threshold: float"}, {"dx: float"},
                            {"temperature: float"}, make<GateGradient>);

}  // namespace
}  // namespace kwta
