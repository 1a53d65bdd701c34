#pragma once

#include <cstddef>

namespace kwta {

// Bytes of the second-level cache of one core; a cautious guess where the system does not say.
size_t secondCacheBytes();

}  // namespace kwta
