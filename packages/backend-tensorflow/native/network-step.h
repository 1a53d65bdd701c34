// The steps that networks are made of.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "sample-shape.h"

namespace kwta {

// A line of the text that describes a network: `conv 0 | 3 4 1 1 ...`: the step, the values that it takes (0 is the
// network's input, 1 what the first line gives, ...), and its numbers.
struct StepLine {
  std::string name;
  std::vector<int> inputs;
  std::vector<std::string> arguments;

  const std::string& text(size_t index) const;
  int number(size_t index) const;
  float real(size_t index) const;
};

// The weights of one call.
struct Weights {
  const Call& call;
  // The number of the op's first input that is one, and how many there are.
  int first, count;
  // Whether they stand still for more calls, so that what is made of them is worth keeping.
  bool lasting;

  int inputOf(int index) const;
  Tensor at(int index) const { return call.input(inputOf(index)); }
};

// Those weights of a step that there are: -1 is none.
std::vector<int> present(std::initializer_list<int> indices);

// What a step keeps of samples for the gradient: `bytes` of each, `step` bytes apart; null where nothing is to be kept.
struct Tape {
  uint8_t* bytes;
  int64_t step;

  uint8_t* of(int64_t sample) const { return bytes == nullptr ? nullptr : bytes + sample * step; }
};

// A step of one call. A sample's bits depend on nothing but the sample and the weights, in both directions.
class Step {
 public:
  explicit Step(SampleShape shape) : shape(shape) {}
  virtual ~Step() = default;

  // Of what it gives.
  const SampleShape shape;

  // Whether its result may take the place of its first input, and so may the gradients.
  virtual bool inPlace() const { return false; }
  // Bytes that the gradient needs of a sample.
  virtual int64_t tapeBytes() const { return 0; }
  // Whether the transform of filters stays in a cache, so that few samples at a time are computed well.
  virtual bool light() const { return true; }
  virtual void forward(int count, const std::vector<const float*>& x, float* y, Tape tape) const = 0;
  // The gradient by one of its inputs.
  virtual void backward(int count, const float* dy, size_t input, float* dx, Tape tape) const = 0;
  // Whether the gradient by each of its inputs is dy.
  virtual bool passesGradientOn() const { return false; }

  // The weights that it has gradients by, for which its first input is needed.
  virtual std::vector<int> differentiated() const { return {}; }
  // Sets those of `gradients`, by all weights, which are its own and not null.
  virtual void weightGradients(int count, const float* x, const float* dy, const std::vector<float*>& gradients) const {}
};

// Makes the step of a line; `backward` for the gradient alone.
std::unique_ptr<Step> makeStep(const StepLine& line, const std::vector<SampleShape>& inputs, const Weights& weights,
                               bool backward);

}  // namespace kwta
