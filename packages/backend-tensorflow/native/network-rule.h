// Activations that a kernel pack adds to what a network can be made of; see network.h.
#pragma once

#include <cstdint>

namespace kwta {

// An activation that passes those values of a sample on that reach a threshold and makes the others 0.
struct ThresholdRule {
  // Its name in the text of a network.
  const char* name;
  // The threshold of a sample, given a number from that text; NaN where the whole sample becomes NaN.
  float (*threshold)(const float* sample, int64_t size, int64_t number, int32_t* scratch);
  // How many integers of memory it needs.
  int64_t (*scratch)(int64_t size);
};

// Defining one as a global variable adds the rule.
class NetworkRule {
 public:
  explicit NetworkRule(const ThresholdRule& rule);
};

// Null where there is none.
const ThresholdRule* findRule(const char* name);

}  // namespace kwta
