// A network as it is trained, and its gradient, as ops of TensorFlow.
#include "network.h"
#include "sample-shape.h"
#include "training-network.h"

namespace kwta {
namespace {

std::vector<float*> placesOf(const std::vector<Tensor>& tensors) {
  std::vector<float*> places;
  for (const Tensor& tensor : tensors) places.push_back(tensor.size() == 0 ? nullptr : tensor.data());
  return places;
}

// (x, weights) to [y, statistics, tape, moved]: what the gradient needs of each line and of batch norms, and what the moving
// mean and variance of each batch norm become.
class Forward : public Kernel {
 public:
  explicit Forward(const Attributes& attributes)
      : lines_(readNetwork(attributes.text("network"))),
        weights_(attributes.integer("N")),
        tapes_(attributes.integer("T")),
        moved_(attributes.integer("M")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0);
    const SampleShape sample = sampleOf(x.shape());
    const int64_t n = x.shape()[0];
    const TrainingNetwork network(lines_, sample, static_cast<int>(n), {call, 1, weights_, false}, false);
    const std::vector<int> channels = network.normChannels();
    require(tapes_ == static_cast<int>(lines_.size()), "T must be the number of lines");
    require(moved_ == 2 * static_cast<int>(channels.size()), "M must be twice the number of batch norms");
    const Tensor y = call.output(0, {n, network.result().size()});
    std::vector<Tensor> tape, moved;
    const Tensor statistics = call.output(1, {network.statistics()});
    for (int i = 0; i < tapes_; i++) tape.push_back(call.output(2 + i, {network.tapeFloats(i)}));
    for (int i = 0; i < moved_; i++) moved.push_back(call.output(2 + tapes_ + i, {channels[i / 2]}));
    network.forward(x.data(), y.data(), placesOf(tape), statistics.data(), placesOf(moved));
  }

 private:
  const std::vector<StepLine> lines_;
  const int weights_, tapes_, moved_;
};

const NativeOp forward("KwtaTrainingNetwork", {"x: float", "weights: N * float"},
                       {"y: float", "statistics: float", "tape: T * float", "moved: M * float"},
                       {"network: string", "N: int >= 0", "T: int >= 1", "M: int >= 0"}, make<Forward>);

// (dy, x, statistics, tape, weights) to [dx, gradients by weights]: dx is empty unless it is asked for, as are gradients by what
// is not differentiated.
class Gradient : public Kernel {
 public:
  explicit Gradient(const Attributes& attributes)
      : lines_(readNetwork(attributes.text("network"))),
        weights_(attributes.integer("N")),
        tapes_(attributes.integer("T")),
        byInput_(attributes.integer("by_input") != 0) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), x = call.input(1), statistics = call.input(2);
    const SampleShape sample = sampleOf(x.shape());
    const int64_t n = x.shape()[0];
    require(tapes_ == static_cast<int>(lines_.size()), "T must be the number of lines");
    std::vector<Tensor> tape, gradients;
    for (int i = 0; i < tapes_; i++) tape.push_back(call.input(3 + i));
    const Weights weights{call, 3 + tapes_, weights_, false};
    const TrainingNetwork network(lines_, sample, static_cast<int>(n), weights, true);
    require(dy.shape().size() == 2 && dy.shape()[0] == n && dy.shape()[1] == network.result().size(),
            "dy must have the shape of the network's result");
    require(statistics.size() == network.statistics(), "the statistics are another network's");
    for (int i = 0; i < tapes_; i++) require(tape[i].size() == network.tapeFloats(i), "the tape is another network's");
    const Tensor dx = call.output(0, byInput_ ? x.shape() : Shape{0});
    for (int i = 0; i < weights_; i++) {
      gradients.push_back(call.output(1 + i, network.isDifferentiated(i) ? weights.at(i).shape() : Shape{0}));
    }
    network.backward(dy.data(), x.data(), placesOf(tape), statistics.data(), byInput_ ? dx.data() : nullptr,
                     placesOf(gradients));
  }

 private:
  const std::vector<StepLine> lines_;
  const int weights_, tapes_;
  const bool byInput_;
};

const NativeOp gradient("KwtaTrainingNetworkGradient",
                        {"dy: float", "x: float", "statistics: float", "tape: T * float", "weights: N * float"},
                        {"dx: float", "gradients: N * float"},
                        {"network: string", "N: int >= 0", "T: int >= 1", "by_input: int"}, make<Gradient>);

}  // namespace
}  // namespace kwta
