#include "cache.h"

#include <unistd.h>

#include <algorithm>

namespace kwta {
namespace {

size_t ask() {
  long bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
  bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  return bytes > 0 ? std::clamp<size_t>(bytes, 256 << 10, 2 << 20) : 512 << 10;
}

}  // namespace

size_t secondCacheBytes() {
  static const size_t bytes = ask();
  return bytes;
}

}  // namespace kwta
