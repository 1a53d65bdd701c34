// A whole network in one call: the values between its steps stay in the cache, and threads share out samples.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network-step.h"

namespace kwta {

// The steps of a text, a line each; see StepLine.
std::vector<StepLine> readNetwork(const std::string& text);

// A network of one call.
class Network {
 public:
  Network(const std::vector<StepLine>& lines, SampleShape x, const Weights& weights, bool backward);

  const SampleShape& result() const { return shapes_.back(); }
  // Bytes that the gradient needs of a sample.
  int64_t tapeBytes() const { return tapeBytes_; }

  // Of `count` samples.
  void forward(int count, const float* x, float* y, Tape tape) const;
  void backward(int count, const float* dy, float* dx, Tape tape) const;

 private:
  void forwardPart(int count, const float* x, float* y, Tape tape) const;
  void backwardPart(int count, const float* dy, float* dx, Tape tape) const;
  int together(int count) const;
  Tape tapeOf(size_t step, Tape tape) const;

  const std::vector<StepLine>& lines_;
  // Of the values, the input first.
  std::vector<SampleShape> shapes_;
  std::vector<std::unique_ptr<Step>> steps_;
  // How many inputs of steps each value is.
  std::vector<int> uses_;
  // Where the tape of each step begins.
  std::vector<int64_t> tapeStarts_;
  int64_t tapeBytes_ = 0;
  bool light_ = true;
};

}  // namespace kwta
