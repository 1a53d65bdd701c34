#include "allocator.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace kwta {

// glibc would return each large tensor to the system when it is disposed; the next one would then be handed out page by
// page, at the cost of a fault each: up to four times slower than to compute its values.
void keepFreedMemory() {
#ifdef __GLIBC__
  // The largest that is taken.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  mallopt(M_TOP_PAD, 256 << 20);
#endif
}

}  // namespace kwta
