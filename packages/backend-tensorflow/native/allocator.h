#pragma once

namespace kwta {

// Has the C library keep the memory that it once got from the system.
void keepFreedMemory();

}  // namespace kwta
