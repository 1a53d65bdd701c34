#include "network-rule.h"

#include <map>

namespace kwta {
namespace {

// In a function, because the variables that add to it may be set up before one beside them would be.
std::map<std::string, MakeActivation>& rules() {
  static std::map<std::string, MakeActivation> all;
  return all;
}

}  // namespace

NetworkRule::NetworkRule(const char* name, MakeActivation make) { rules()[name] = make; }

MakeActivation findRule(const std::string& name) {
  const auto found = rules().find(name);
  return found == rules().end() ? nullptr : found->second;
}

}  // namespace kwta
