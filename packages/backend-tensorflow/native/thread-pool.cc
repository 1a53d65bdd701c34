#include "thread-pool.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace kwta {
namespace {

// Whether this thread computes a chunk: what it calls is computed by it alone.
thread_local bool inside = false;

class Inside {
 public:
  Inside() { inside = true; }
  ~Inside() { inside = false; }
};

// Tells the processor that this thread only waits for another one.
inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// How often to look before going to sleep, some ten microseconds: to wake a thread takes as long, and within a network the
// next work follows at once.
constexpr int LOOKS = 500;

template <typename Condition>
void lookFor(Condition condition) {
  for (int i = 0; i < LOOKS && !condition(); i++) pause();
}

// Threads that wait until there is work. The calling thread takes part.
class ThreadPool {
 public:
  explicit ThreadPool(int helpers) {
    try {
      for (int i = 0; i < helpers; i++) helpers_.emplace_back([this, i] { help(i + 1); });
    } catch (const std::system_error&) {
      // The system gives no more threads: those that there are do.
    }
  }

  ~ThreadPool() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
  }

  int threads() const { return static_cast<int>(helpers_.size()) + 1; }

  void run(int chunks, const std::function<void(int, int)>& work) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      chunks_ = chunks;
      next_ = 0;
      round_++;
    }
    wake_.notify_all();
    takeChunks(work, chunks, 0);
    {
      // Helpers that have not come by now need not come any more.
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = nullptr;
    }
    lookFor([this] { return busy_ == 0; });
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
  }

 private:
  void help(int worker) {
    for (long seen = 0;;) {
      lookFor([&] { return stop_ || round_ != seen; });
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
      if (work_ == nullptr) continue;
      const auto& work = *work_;
      const int chunks = chunks_;
      busy_++;
      lock.unlock();
      takeChunks(work, chunks, worker);
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  void takeChunks(const std::function<void(int, int)>& work, int chunks, int worker) {
    const Inside here;
    try {
      for (int chunk; (chunk = next_.fetch_add(1)) < chunks;) work(chunk, worker);
    } catch (...) {
      // No thread but the calling one may end by it. The others need not begin any more.
      next_ = chunks;
      std::lock_guard<std::mutex> lock(mutex_);
      failure_ = std::current_exception();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int, int)>* work_ = nullptr;
  int chunks_ = 0;
  std::atomic<int> next_{0};
  // Written under the mutex.
  std::atomic<int> busy_{0};
  std::atomic<long> round_{0};
  std::atomic<bool> stop_{false};
  std::exception_ptr failure_;
  std::vector<std::thread> helpers_;
};

// Never taken down at the end of the process: by then its threads may be gone already.
ThreadPool* pool = nullptr;
std::mutex onlyOne;

}  // namespace

PoolUse::PoolUse() { onlyOne.lock(); }
PoolUse::~PoolUse() { onlyOne.unlock(); }

void setThreads(int count) {
  const PoolUse use;
  if (pool != nullptr && pool->threads() == count) return;
  delete pool;
  pool = new ThreadPool(count - 1);
}

int threads() { return pool == nullptr || inside ? 1 : pool->threads(); }

void parallelFor(int chunks, const std::function<void(int chunk, int worker)>& work) {
  if (chunks > 1 && threads() > 1) return pool->run(chunks, work);
  for (int chunk = 0; chunk < chunks; chunk++) work(chunk, 0);
}

}  // namespace kwta
