// Filters that were transformed for Winograd's algorithm, kept while the weights that they were made of stand still.
#pragma once

#include <memory>

#include "native-op.h"

namespace kwta {

// The transform of a filter that is an input of the call, see transformAllFilters. Made once: TensorFlow never changes the
// values of a tensor, and as long as one is kept here, its place in memory is not another's.
std::shared_ptr<const float[]> transformedFilter(const Call& call, int input, bool turned);

}  // namespace kwta
