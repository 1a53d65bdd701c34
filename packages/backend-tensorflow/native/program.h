// Work on the samples of a batch, in stages: within one, a thread takes some samples through all of its work, so that what lies
// between stays in the cache; between two, something is known of the whole batch.
#pragma once

#include <functional>
#include <vector>

#include "native-op.h"

namespace kwta {

class Program {
 public:
  // Memory that work reads and writes.
  using Value = int;

  // Some samples that one thread works on.
  class Part {
   public:
    Part(const Program& program, int first, int count) : first(first), count(count), program_(program) {}
    const int first, count;
    // Where a value begins for them.
    float* at(Value value) const;

   private:
    const Program& program_;
  };
  using Work = std::function<void(const Part&)>;

  explicit Program(int count) : count_(count) {}

  // So many floats of each sample, which are there as long as work uses them.
  Value value(int64_t size);
  // The caller's memory.
  Value given(int64_t size, float* data);

  // Adds work on samples, of which each may be done by another thread.
  void each(const std::vector<Value>& uses, Work work);
  // Adds work on the whole batch, on all threads, when the stage's other work is done.
  void then(const std::vector<Value>& uses, Work work);
  // Ends the stage: what is added from now on may need what was done for any sample.
  void endStage();
  // The number of the stage that is written, from 1.
  int stage() const { return static_cast<int>(stages_.size()); }

  void run();

 private:
  struct Stage {
    std::vector<Work> each, after;
    int64_t largest = 1;
  };
  struct Memory {
    int64_t size;
    float* data;
    bool own;
    int firstStage, lastStage;
  };

  void use(const std::vector<Value>& values);
  void runSamples(const Stage& stage) const;

  const int count_;
  std::vector<Stage> stages_{1};
  std::vector<Memory> values_;
};

}  // namespace kwta
