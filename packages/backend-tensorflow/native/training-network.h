// A whole network in one call as it is trained: batch norms take the batch's own statistics, and there are gradients by weights.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network-step.h"
#include "program.h"
#include "trained-norm.h"

namespace kwta {

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

  // `moved` are what the moving mean and variance of each batch norm become.
  void forward(const float* x, float* y, const std::vector<float*>& tape, float* statistics,
               const std::vector<float*>& moved) const;
  // `dx` may be null; `gradients` are by weights, null where there is none.
  void backward(const float* dy, const float* x, const std::vector<float*>& tape, const float* statistics, float* dx,
                const std::vector<float*>& gradients) const;

 private:
  int endOf(int value) const;
  void planMemory();
  // The value that a line keeps, after which come its bits; null where it keeps none.
  float* keptValue(size_t line, const std::vector<float*>& tape) const;
  Tape tapeOf(size_t line, const std::vector<float*>& tape, int first) const;

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
