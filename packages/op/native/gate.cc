// The gate surrogate's gradient as an op of TensorFlow: the kernel `KwtaGateGrad` of @kwta/op.
#include "gate.h"

#include "pass.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

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
    const float steepness = steepnessOf(x, t, size, temperature_);
    if (steepness == 0) return passWinners(dy, x, t, dx, size);
    for (int64_t i = 0; i < size; i += LANES) {
      const int count = static_cast<int>(std::min<int64_t>(LANES, size - i));
      const Vector values = loadSome(x + i, count);
      const Vector slope = gateSlope((values - t) * steepness, values * steepness);
      storeSome(dx + i, loadSome(dy + i, count) * slope, count);
    }
  }

  const double temperature_;
};

const NativeOp gateGradient("KwtaGateGrad", {"dy: float", "x: float", "threshold: float"}, {"dx: float"},
                            {"temperature: float"}, make<GateGradient>);

}  // namespace
}  // namespace kwta
