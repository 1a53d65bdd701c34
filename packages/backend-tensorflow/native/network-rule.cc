#include "network-rule.h"

#include <cstring>
#include <vector>

namespace kwta {
namespace {

// In a function, because the variables that add to it may be set up before one beside them would be.
std::vector<ThresholdRule>& rules() {
  static std::vector<ThresholdRule> all;
  return all;
}

}  // namespace

NetworkRule::NetworkRule(const ThresholdRule& rule) { rules().push_back(rule); }

const ThresholdRule* findRule(const char* name) {
  for (const ThresholdRule& rule : rules()) {
    if (std::strcmp(rule.name, name) == 0) return &rule;
  }
  return nullptr;
}

}  // namespace kwta
