// Activations that a kernel pack adds to what a network can be made of; see network.h.
#pragma once

#include <cstdint>
#include <memory>

#include "network-step.h"

namespace kwta {

// An activation, of which each sample is computed by itself.
class Activation {
 public:
  virtual ~Activation() = default;
  // How many integers of memory `forward` needs.
  virtual int64_t scratch() const { return 0; }
  // Bytes that the gradient needs of a sample.
  virtual int64_t tapeBytes() const = 0;
  // Of one sample; y may be x. What the gradient needs goes to `kept`, unless that is null.
  virtual void forward(const float* x, float* y, uint8_t* kept, int32_t* scratch) const = 0;
  // dx may be dy.
  virtual void backward(const float* dy, const uint8_t* kept, float* dx) const = 0;
};

// Makes the activation of a line `activation`, whose first argument is its name, for samples of this shape.
using MakeActivation = std::unique_ptr<Activation> (*)(const StepLine& line, SampleShape x, const Weights& weights);

// Defining one as a global variable adds the activation.
class NetworkRule {
 public:
  NetworkRule(const char* name, MakeActivation make);
};

// Null where there is none.
MakeActivation findRule(const std::string& name);

}  // namespace kwta
