// The threads that our kernels share.
#pragma once

#include <functional>

namespace kwta {

// Held by a kernel while it computes: several JavaScript threads may call kernels, and the pool is for one at a time.
// Its number of threads does not change meanwhile.
class PoolUse {
 public:
  PoolUse();
  ~PoolUse();
  PoolUse(const PoolUse&) = delete;
};

// On how many threads the kernels compute, that of JavaScript among them; 1 within a chunk of parallelFor.
void setThreads(int count);
int threads();

// Runs `work(chunk, worker)` for each chunk and returns when all are done. Which thread takes which chunk is left to
// chance, so a result must not depend on it; `worker`, below threads(), tells apart those that run at the same time.
// Within a chunk the same thread computes all chunks of another such call. What a chunk throws comes out here.
void parallelFor(int chunks, const std::function<void(int chunk, int worker)>& work);

}  // namespace kwta
