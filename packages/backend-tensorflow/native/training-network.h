// A whole network in one call as it is trained: batch norms take the batch's own statistics, and there are gradients by weights.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network-step.h"
#include "program.h"
#include "trained-norm.h"

namespace kwta {

class GradientsByValue;

// The network of one call, for a batch of `count` samples.
class TrainingNetwork {
 public:
  TrainingNetwork(const std::vector<StepLine>& lines, SampleShape x, int count, const Weights& weights, bool backward);

  const SampleShape& result() const { return shapes_.back(); }
  // Floats that the gradient needs of each line.
  int64_t tapeFloats(size_t line) const;
  // Floats of all batch norms' statistics, a mean and a variance each.
  int64_t statistics() const;
  // Channels of the batch norms.
  std::vector<int> normChannels() const;
  // Whether there is a gradient by a weight.
  bool isDifferentiated(int weight) const { return differentiated_[weight]; }

  using Places = std::vector<float*>;
  // `moved` are what the moving mean and variance of each batch norm become.
  void forward(const float* x, float* y, const Places& tape, float* statistics, const Places& moved) const;
  // `dx` may be null; `gradients` are by weights, null where there is none.
  void backward(const float* dy, const float* x, const Places& tape, const float* statistics, float* dx,
                const Places& gradients) const;

 private:
  int endOf(int value) const;
  void planMemory();
  std::vector<Program::Value> placesOf(Program& program, const float* x, float* y, const Places& tape) const;
  Tape tapeOf(size_t line, const Places& tape, int first) const;
  void addNormGradient(Program& program, GradientsByValue& by, size_t line, Program::Value in, const float* statistics,
                       bool byInput, const Places& gradients) const;
  void addStepGradients(Program& program, GradientsByValue& by, size_t line, Program::Value in, bool byInput,
                        const Places& tape, const Places& gradients) const;

  const std::vector<StepLine>& lines_;
  const int count_;
  // Of the values, the input first.
  std::vector<SampleShape> shapes_;
  // One of the two for each line.
  std::vector<std::unique_ptr<Step>> steps_;
  std::vector<std::unique_ptr<TrainedNorm>> norms_;
  std::vector<bool> differentiated_;
  // Whether the gradient reads a value.
  std::vector<bool> kept_;
  // The value that takes a value's place, or -1.
  std::vector<int> successor_;
};

}  // namespace kwta
