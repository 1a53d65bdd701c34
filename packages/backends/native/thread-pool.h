// The threads that our kernels share.
#pragma once

#include <functional>

namespace kwta {

// On how many threads the kernels compute, that of JavaScript among them. Once set, it can be set again between kernels.
void setThreads(int count);
int threads();

// Runs `work(chunk, worker)` for each chunk and returns when all are done. Which thread takes which chunk is left to
// chance, so a result must not depend on it; `worker`, below threads(), tells apart those that run at the same time.
void parallelFor(int chunks, const std::function<void(int chunk, int worker)>& work);

}  // namespace kwta
