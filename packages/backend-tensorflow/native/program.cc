#include "program.h"

#include <algorithm>

#include "buffers.h"
#include "thread-pool.h"

namespace kwta {
namespace {

// Floats of its largest value that a thread takes through a stage at a time.
constexpr int64_t AT_A_TIME = 1 << 16;
constexpr int64_t MOST_SAMPLES = 16;

}  // namespace

float* Program::Part::at(Value value) const {
  const Memory& memory = program_.values_[value];
  return memory.data + first * memory.size;
}

Program::Value Program::value(int64_t size) {
  values_.push_back({size, nullptr, true, -1, -1});
  return static_cast<Value>(values_.size()) - 1;
}

Program::Value Program::given(int64_t size, float* data) {
  values_.push_back({size, data, false, -1, -1});
  return static_cast<Value>(values_.size()) - 1;
}

void Program::use(const std::vector<Value>& values) {
  const int now = static_cast<int>(stages_.size()) - 1;
  for (Value value : values) {
    Memory& memory = values_[value];
    if (memory.firstStage < 0) memory.firstStage = now;
    memory.lastStage = now;
    stages_.back().largest = std::max(stages_.back().largest, memory.size);
  }
}

void Program::each(const std::vector<Value>& uses, Work work) {
  use(uses);
  stages_.back().each.push_back(std::move(work));
}

void Program::then(const std::vector<Value>& uses, Work work) {
  use(uses);
  stages_.back().after.push_back(std::move(work));
}

void Program::endStage() {
  if (!stages_.back().each.empty() || !stages_.back().after.empty()) stages_.emplace_back();
}

void Program::runSamples(const Stage& stage) const {
  if (stage.each.empty()) return;
  const int64_t fair = (count_ + threads() - 1) / threads();
  const int64_t part = std::max<int64_t>(1, std::min({AT_A_TIME / stage.largest, MOST_SAMPLES, fair}));
  parallelFor(static_cast<int>((count_ + part - 1) / part), [&](int chunk, int) {
    const int first = static_cast<int>(chunk * part);
    const Part own(*this, first, static_cast<int>(std::min<int64_t>(part, count_ - first)));
    for (const Work& work : stage.each) work(own);
  });
}

void Program::run() {
  Buffers buffers;
  std::vector<Buffers::Buffer> held(values_.size());
  for (int now = 0; now < static_cast<int>(stages_.size()); now++) {
    for (size_t i = 0; i < values_.size(); i++) {
      Memory& memory = values_[i];
      if (!memory.own || memory.firstStage != now) continue;
      held[i] = buffers.take(count_ * memory.size);
      memory.data = held[i].memory.get();
    }
    runSamples(stages_[now]);
    for (const Work& work : stages_[now].after) work(Part(*this, 0, count_));
    for (size_t i = 0; i < values_.size(); i++) {
      if (values_[i].lastStage == now) buffers.giveBack(std::move(held[i]));
    }
  }
}

}  // namespace kwta
