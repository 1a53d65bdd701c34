// k-Winners-Take-All as a step of a network.
#include <limits>

#include "network-rule.h"
#include "pass.h"
#include "rows.h"
#include "select.h"

KWTA_NATIVE_KERNELS(1);

namespace kwta {
namespace {

// The k-th largest value.
float threshold(const float* sample, int64_t size, int64_t k, int32_t* scratch) {
  require(k >= 1 && k <= size, "k must be from 1 to the number of values per row");
  const Selection selection = selectKth(reinterpret_cast<const int32_t*>(sample), size, k, scratch);
  if (selection.holdsNaN) return std::numeric_limits<float>::quiet_NaN();
  const int32_t bits = orderedKey(selection.key);
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

const NetworkRule rule({"kwta", threshold, selectionScratch});

}  // namespace
}  // namespace kwta
