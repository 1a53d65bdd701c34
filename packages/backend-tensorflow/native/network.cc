#include "network.h"

#include <algorithm>
#include <sstream>

#include "buffers.h"
#include "thread-pool.h"

namespace kwta {
namespace {

// How many samples are computed together where filters stay in the cache: as many as make good use of a filter that is in it.
constexpr int TOGETHER = 16;

void addTo(const float* from, float* to, int64_t size) {
  constexpr int64_t PART = 1 << 14;
  parallelFor(static_cast<int>((size + PART - 1) / PART), [&](int part, int) {
    for (int64_t i = part * PART; i < std::min(size, (part + 1) * PART); i++) to[i] += from[i];
  });
}

}  // namespace

std::vector<StepLine> readNetwork(const std::string& text) {
  std::vector<StepLine> lines;
  std::istringstream all(text);
  for (std::string row; std::getline(all, row);) {
    std::istringstream words(row);
    StepLine line;
    words >> line.name;
    std::string word;
    while (words >> word && word != "|") {
      const int input = std::atoi(word.c_str());
      require(input >= 0 && input <= static_cast<int>(lines.size()), "a step takes a value that there is not yet");
      line.inputs.push_back(input);
    }
    while (words >> word) line.arguments.push_back(word);
    lines.push_back(std::move(line));
  }
  require(!lines.empty(), "the network has no steps");
  return lines;
}

Network::Network(const std::vector<StepLine>& lines, SampleShape x, const Weights& weights, bool backward)
    : lines_(lines), shapes_{x}, uses_(lines.size() + 1) {
  for (const StepLine& line : lines) {
    std::vector<SampleShape> inputs;
    for (int input : line.inputs) {
      inputs.push_back(shapes_[input]);
      uses_[input]++;
    }
    steps_.push_back(makeStep(line, inputs, weights, backward));
    const Step& step = *steps_.back();
    require(step.shape.size() > 0 && step.shape.size() < (1 << 30), "a value of the network is too large, or empty");
    shapes_.push_back(step.shape);
    tapeStarts_.push_back(tapeBytes_);
    tapeBytes_ += (step.tapeBytes() + 3) / 4 * 4;
    light_ = light_ && step.light();
  }
}

Tape Network::tapeOf(size_t step, Tape tape) const {
  return {tape.bytes == nullptr ? nullptr : tape.bytes + tapeStarts_[step], tape.step};
}

// How many samples a thread computes at a time; a network of many filters takes all of them, on all threads together.
int Network::together(int count) const {
  if (!light_) return count;
  const int rounds = (count + threads() * TOGETHER - 1) / (threads() * TOGETHER);
  return (count + threads() * rounds - 1) / (threads() * rounds);
}

void Network::forward(int count, const float* x, float* y, Tape tape) const {
  const int part = together(count);
  parallelFor((count + part - 1) / part, [&](int chunk, int) {
    const int first = chunk * part;
    const Tape own{tape.of(first), tape.step};
    const int64_t each = result().size();
    forwardPart(std::min(part, count - first), x + first * shapes_[0].size(), y + first * each, own);
  });
}

void Network::forwardPart(int count, const float* x, float* y, Tape tape) const {
  Buffers buffers;
  std::vector<Buffers::Buffer> values(shapes_.size());
  std::vector<int> left = uses_;
  for (size_t i = 0; i < steps_.size(); i++) {
    const Step& step = *steps_[i];
    std::vector<const float*> inputs;
    for (int input : lines_[i].inputs) inputs.push_back(input == 0 ? x : values[input].memory.get());
    const int first = lines_[i].inputs[0];
    const bool last = i + 1 == steps_.size();
    const bool over = !last && step.inPlace() && left[first] == 1 && values[first].memory != nullptr;
    Buffers::Buffer made;
    if (over) made = std::move(values[first]);
    else if (!last) made = buffers.take(count * step.shape.size());
    step.forward(count, inputs, last ? y : made.memory.get(), tapeOf(i, tape));
    for (int input : lines_[i].inputs) {
      if (--left[input] == 0) buffers.giveBack(std::move(values[input]));
    }
    values[i + 1] = std::move(made);
  }
}

void Network::backward(int count, const float* dy, float* dx, Tape tape) const {
  const int part = together(count);
  parallelFor((count + part - 1) / part, [&](int chunk, int) {
    const int first = chunk * part;
    const Tape own{tape.of(first), tape.step};
    const int64_t each = result().size();
    backwardPart(std::min(part, count - first), dy + first * each, dx + first * shapes_[0].size(), own);
  });
}

void Network::backwardPart(int count, const float* dy, float* dx, Tape tape) const {
  Buffers buffers;
  std::vector<Buffers::Buffer> gradients(shapes_.size());
  gradients.back() = buffers.take(count * result().size());
  std::copy(dy, dy + count * result().size(), gradients.back().memory.get());
  for (size_t i = steps_.size(); i-- > 0;) {
    const Step& step = *steps_[i];
    Buffers::Buffer given = std::move(gradients[i + 1]);
    // A value that nothing was made of.
    if (given.memory == nullptr) continue;
    const std::vector<int>& inputs = lines_[i].inputs;
    // The first comes last: it may take the place of the gradient that was given.
    for (size_t k = inputs.size(); k-- > 0;) {
      const int64_t size = count * shapes_[inputs[k]].size();
      Buffers::Buffer& known = gradients[inputs[k]];
      const bool over = k == 0 && step.inPlace();
      Buffers::Buffer made = over ? std::move(given) : buffers.take(size);
      const float* from = over ? made.memory.get() : given.memory.get();
      step.backward(count, from, k, made.memory.get(), tapeOf(i, tape));
      if (known.memory == nullptr) {
        known = std::move(made);
      } else {
        addTo(made.memory.get(), known.memory.get(), size);
        buffers.giveBack(std::move(made));
      }
    }
    buffers.giveBack(std::move(given));
  }
  const Buffers::Buffer& result = gradients[0];
  const int64_t size = count * shapes_[0].size();
  if (result.memory == nullptr) std::fill(dx, dx + size, 0.0f);
  else std::copy(result.memory.get(), result.memory.get() + size, dx);
}

}  // namespace kwta
