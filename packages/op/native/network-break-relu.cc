// ReLU with a jump as an activation of a network: `break-relu HEIGHT GRADIENT`. A NaN stays where it is.
#include "choosable.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

class BreakRelu : public Choosable {
 public:
  BreakRelu(int64_t size, float height, GradientChoice choice) : Choosable(size, choice), height_(height) {}

  void forward(const float* x, float* y, uint8_t* kept, int32_t*) const override {
    const auto wins = [](int64_t, int, Vector values) { return ~(values <= 0.0f); };
    keepSlopes(x, kept, -height_, wins, [](int64_t, int, Vector) { return Vector{}; });
    select(x, y, kept, wins, [&](int64_t, int) { return splat(-height_); });
  }

 private:
  const float height_;
};

const NetworkRule rule("break-relu",
                       [](const StepLine& line, SampleShape x, const Weights&) -> std::unique_ptr<Activation> {
                         return std::make_unique<BreakRelu>(x.size(), line.real(1), readChoice(line.text(2)));
                       });

}  // namespace
}  // namespace kwta
