// Ops on single values that TensorFlow would take several passes for.
#include <algorithm>

#include "native-op.h"
#include "thread-pool.h"
#include "vector.h"

namespace kwta {
namespace {

constexpr int64_t CHUNK = 1 << 15;

// Runs `work(first, end)` for parts of `size` values.
template <typename Work>
void forEachPart(int64_t size, Work work) {
  parallelFor(static_cast<int>((size + CHUNK - 1) / CHUNK),
              [&](int chunk, int) { work(chunk * CHUNK, std::min(size, (chunk + 1) * CHUNK)); });
}

// (dy, x) to dy where x > 0, else 0: the gradient of ReLU. Bits are copied, so that an infinity among what is stopped
// does not become NaN.
class ReluGradient : public Kernel {
 public:
  explicit ReluGradient(const Attributes&) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), x = call.input(1);
    require(dy.shape() == x.shape(), "dy and x must have the same shape");
    const Tensor dx = call.output(0, dy.shape());
    forEachPart(dy.size(), [&](int64_t first, int64_t end) {
      const float* from = dy.data();
      const float* by = x.data();
      float* to = dx.data();
      for (int64_t i = first; i < end; i++) to[i] = by[i] > 0 ? from[i] : 0;
    });
  }
};

const NativeOp reluGradient("KwtaReluGradient", {"dy: float", "x: float"}, {"dx: float"}, {}, make<ReluGradient>);

// (w, velocity, gradient) to [w, velocity] after one step: v' = momentum v + (g + decay w), w' = w - rate v'.
class MomentumStep : public Kernel {
 public:
  explicit MomentumStep(const Attributes&) {}

  void compute(Call& call) override {
    const Tensor w = call.input(0), velocity = call.input(1), gradient = call.input(2), settings = call.input(3);
    require(velocity.size() == w.size() && gradient.size() == w.size(), "the shapes must be those of the variable");
    require(settings.size() == 3, "the settings are momentum, decay and rate");
    const Tensor nextW = call.output(0, w.shape()), nextVelocity = call.output(1, w.shape());
    forEachPart(w.size(), [&](int64_t first, int64_t end) {
      const float momentum = settings.data()[0], decay = settings.data()[1], rate = settings.data()[2];
      const float *from = w.data(), *v = velocity.data(), *g = gradient.data();
      float *toW = nextW.data(), *toV = nextVelocity.data();
      for (int64_t i = first; i < end; i++) {
        const float next = momentum * v[i] + (decay * from[i] + g[i]);
        toV[i] = next;
        toW[i] = from[i] - rate * next;
      }
    });
  }
};

// The settings are an input: they change from step to step, and TensorFlow keeps a kernel for every value of an
// attribute.
const NativeOp momentumStep("KwtaMomentumStep", {"w: float", "velocity: float", "gradient: float", "settings: float"},
                            {"next_w: float", "next_velocity: float"}, {}, make<MomentumStep>);

}  // namespace
}  // namespace kwta
