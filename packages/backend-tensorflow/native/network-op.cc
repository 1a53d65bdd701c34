// A network, and its gradient by its input, as ops of TensorFlow.
#include "native-op.h"
#include "network.h"

namespace kwta {
namespace {

// The tape is bytes in a tensor of floats.
int64_t tapeFloats(const Network& network) { return (network.tapeBytes() + 3) / 4; }

Tape tapeIn(const Tensor& tensor, const Network& network) {
  const int64_t bytes = 4 * tapeFloats(network);
  return {tensor.size() == 0 ? nullptr : reinterpret_cast<uint8_t*>(tensor.data()), bytes};
}

// (x, weights) to [y, tape]; the tape is empty unless it is to be kept.
class Forward : public Kernel {
 public:
  explicit Forward(const Attributes& attributes)
      : lines_(readNetwork(attributes.text("network"))), keep_(attributes.integer("keep") != 0), count_(attributes.integer("N")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0);
    const SampleShape sample = sampleOf(x.shape());
    const int64_t n = x.shape()[0];
    const Network network(lines_, sample, {call, 1, count_, true}, false);
    const Tensor y = call.output(0, {n, network.result().size()});
    const Tensor tape = call.output(1, {n, keep_ ? tapeFloats(network) : 0});
    network.forward(static_cast<int>(n), x.data(), y.data(), tapeIn(tape, network));
  }

 private:
  const std::vector<StepLine> lines_;
  const bool keep_;
  const int count_;
};

const NativeOp forward("KwtaNetwork", {"x: float", "weights: N * float"}, {"y: float", "tape: float"},
                       {"network: string", "keep: int", "N: int >= 0"}, make<Forward>);

// (dy, tape, weights) to the gradient by x, of which height, width and channels are given.
class Gradient : public Kernel {
 public:
  explicit Gradient(const Attributes& attributes)
      : lines_(readNetwork(attributes.text("network"))),
        x_{attributes.integer("height"), attributes.integer("width"), attributes.integer("channels")},
        count_(attributes.integer("N")) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), tape = call.input(1);
    require(x_.height > 0 && x_.width > 0 && x_.channels > 0 && x_.size() < (1 << 30), "the sizes of x must be at least 1");
    const Network network(lines_, x_, {call, 2, count_, true}, true);
    require(dy.shape().size() == 2 && dy.size() > 0 && dy.shape()[1] == network.result().size(),
            "dy must have the shape of the network's result");
    const int64_t n = dy.shape()[0];
    require(tape.size() == n * tapeFloats(network), "the tape is another network's");
    const Tensor dx = call.output(0, {n, x_.height, x_.width, x_.channels});
    network.backward(static_cast<int>(n), dy.data(), dx.data(), tapeIn(tape, network));
  }

 private:
  const std::vector<StepLine> lines_;
  const SampleShape x_;
  const int count_;
};

const NativeOp gradient("KwtaNetworkGradient", {"dy: float", "tape: float", "weights: N * float"}, {"dx: float"},
                        {"network: string", "height: int", "width: int", "channels: int", "N: int >= 0"},
                        make<Gradient>);

}  // namespace
}  // namespace kwta
