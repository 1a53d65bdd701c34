#include "training-network.h"

#include <algorithm>
#include <map>

namespace kwta {
namespace {

// The gradients by values while a program is written: each value's is in some memory, which several may share for a while.
class GradientsByValue {
 public:
  using Value = Program::Value;

  GradientsByValue(Program& program, const std::vector<SampleShape>& shapes)
      : program_(program), shapes_(shapes), of_(shapes.size(), NONE) {}

  static constexpr Value NONE = -1;

  Value of(int value) const { return of_[value]; }
  // Of the caller's memory, which must stay as it is.
  void start(int value, Value given) {
    of_[value] = given;
    owners_[given] = 2;
  }
  Value make(int value) {
    const Value made = program_.value(shapes_[value].size());
    owners_[made] = 1;
    return made;
  }
  // Whether it may be written over: nobody else has it, and no work at the end of this stage reads it.
  bool isOwn(Value memory) { return owners_[memory] == 1 && readAtEndOf_[memory] != program_.stage(); }
  void readAtEnd(Value memory) { readAtEndOf_[memory] = program_.stage(); }
  void share(Value memory) { owners_[memory]++; }
  void release(Value memory) { owners_[memory]--; }

  // Adds what the caller owns to the gradient by a value.
  void add(int value, Value more) {
    Value& known = of_[value];
    if (known == NONE) {
      known = more;
      return;
    }
    const Value a = known, b = more;
    const Value to = isOwn(a) ? a : isOwn(b) ? b : make(value);
    const int64_t size = shapes_[value].size();
    program_.each({a, b, to}, [=](const Program::Part& part) {
      const float* from = part.at(a);
      const float* other = part.at(b);
      float* sum = part.at(to);
      for (int64_t i = 0; i < part.count * size; i++) sum[i] = from[i] + other[i];
    });
    if (to != a) release(a);
    if (to != b) release(b);
    known = to;
  }

 private:
  Program& program_;
  const std::vector<SampleShape>& shapes_;
  std::vector<Value> of_;
  std::map<Value, int> owners_;
  // Stages count from 1.
  std::map<Value, int> readAtEndOf_;
};

std::vector<float*> placesIn(const Program::Part& part, const std::vector<Program::Value>& values) {
  std::vector<float*> places;
  for (Program::Value value : values) places.push_back(part.at(value));
  return places;
}

int64_t floatsOfBits(const Step& step) { return (step.tapeBytes() + 3) / 4; }

}  // namespace

TrainingNetwork::TrainingNetwork(const std::vector<StepLine>& lines, SampleShape x, int count, const Weights& weights,
                                 bool backward)
    : lines_(lines), count_(count), shapes_{x}, steps_(lines.size()), norms_(lines.size()), differentiated_(weights.count) {
  for (size_t i = 0; i < lines.size(); i++) {
    const StepLine& line = lines[i];
    std::vector<SampleShape> inputs;
    for (int input : line.inputs) inputs.push_back(shapes_[input]);
    if (line.name == "norm") {
      require(!inputs.empty(), "a step of the network has too few inputs");
      norms_[i] = std::make_unique<TrainedNorm>(line, inputs[0], weights, count);
    } else {
      steps_[i] = makeStep(line, inputs, weights, backward);
    }
    const SampleShape shape = norms_[i] != nullptr ? inputs[0] : steps_[i]->shape;
    require(shape.size() > 0 && shape.size() < (1 << 30), "a value of the network is too large, or empty");
    shapes_.push_back(shape);
    for (int weight : norms_[i] != nullptr ? norms_[i]->differentiated() : steps_[i]->differentiated()) {
      differentiated_[weight] = true;
    }
  }
  planMemory();
}

void TrainingNetwork::planMemory() {
  std::vector<int> uses(shapes_.size());
  kept_.assign(shapes_.size(), false);
  successor_.assign(shapes_.size(), -1);
  for (size_t i = 0; i < lines_.size(); i++) {
    const bool reads = norms_[i] != nullptr || !steps_[i]->differentiated().empty();
    for (int input : lines_[i].inputs) {
      uses[input]++;
      if (reads) kept_[input] = true;
    }
  }
  for (size_t i = 0; i + 1 < lines_.size(); i++) {
    const int first = lines_[i].inputs[0];
    const bool inPlace = steps_[i] != nullptr && steps_[i]->inPlace();
    if (inPlace && first > 0 && uses[first] == 1 && !kept_[first]) successor_[first] = static_cast<int>(i) + 1;
  }
}

// The value that lies last where this one does.
int TrainingNetwork::endOf(int value) const {
  while (successor_[value] >= 0) value = successor_[value];
  return value;
}

int64_t TrainingNetwork::tapeFloats(size_t line) const {
  const int64_t kept = kept_[line + 1] ? shapes_[line + 1].size() : 0;
  return count_ * (kept + (steps_[line] == nullptr ? 0 : floatsOfBits(*steps_[line])));
}

float* TrainingNetwork::keptValue(size_t line, const std::vector<float*>& tape) const {
  return kept_[line + 1] ? tape[line] : nullptr;
}

Tape TrainingNetwork::tapeOf(size_t line, const std::vector<float*>& tape, int first) const {
  const int64_t before = kept_[line + 1] ? count_ * shapes_[line + 1].size() : 0;
  const int64_t each = floatsOfBits(*steps_[line]);
  return {reinterpret_cast<uint8_t*>(tape[line] + before + first * each), 4 * each};
}

int64_t TrainingNetwork::statistics() const {
  int64_t size = 0;
  for (int channels : normChannels()) size += 2 * channels;
  return size;
}

std::vector<int> TrainingNetwork::normChannels() const {
  std::vector<int> channels;
  for (const auto& norm : norms_) {
    if (norm != nullptr) channels.push_back(norm->channels());
  }
  return channels;
}

void TrainingNetwork::forward(const float* x, float* y, const std::vector<float*>& tape, float* statistics,
                              const std::vector<float*>& moved) const {
  Program program(count_);
  std::vector<Program::Value> places(shapes_.size());
  places[0] = program.given(shapes_[0].size(), const_cast<float*>(x));
  size_t movedBefore = 0;
  for (size_t i = 0; i < lines_.size(); i++) {
    const std::vector<int>& inputs = lines_[i].inputs;
    const int64_t size = shapes_[i + 1].size();
    const int end = endOf(static_cast<int>(i) + 1);
    Program::Value& to = places[i + 1];
    if (successor_[inputs[0]] == static_cast<int>(i) + 1) to = places[inputs[0]];
    else if (i + 1 == lines_.size()) to = program.given(size, y);
    else if (kept_[end]) to = program.given(size, keptValue(end - 1, tape));
    else to = program.value(size);
    std::vector<Program::Value> from;
    for (int input : inputs) from.push_back(places[input]);
    std::vector<Program::Value> uses = from;
    uses.push_back(to);
    const Program::Value own = to;
    if (TrainedNorm* norm = norms_[i].get()) {
      const Program::Value in = from[0];
      float* const seen = statistics;
      float* const mean = moved[movedBefore];
      float* const variance = moved[movedBefore + 1];
      program.each({in}, [=](const Program::Part& part) { norm->look(part.first, part.count, part.at(in)); });
      program.then({in}, [=](const Program::Part&) { norm->settle(seen, mean, variance); });
      program.endStage();
      program.each(uses, [=](const Program::Part& part) { norm->normalise(part.count, part.at(in), part.at(own)); });
      statistics += norm->statistics();
      movedBefore += 2;
      continue;
    }
    const Step* step = steps_[i].get();
    const auto work = [=, &tape](const Program::Part& part) {
      const std::vector<float*> places = placesIn(part, from);
      step->forward(part.count, {places.begin(), places.end()}, part.at(own), tapeOf(i, tape, part.first));
    };
    if (step->light()) {
      program.each(uses, work);
    } else {
      program.then(uses, work);
      program.endStage();
    }
  }
  program.run();
}

void TrainingNetwork::backward(const float* dy, const float* x, const std::vector<float*>& tape, const float* statistics,
                               float* dx, const std::vector<float*>& gradients) const {
  Program program(count_);
  GradientsByValue by(program, shapes_);
  by.start(static_cast<int>(lines_.size()), program.given(result().size(), const_cast<float*>(dy)));
  // What the gradient reads of values: nothing, or where it was kept.
  std::vector<Program::Value> kept(shapes_.size(), GradientsByValue::NONE);
  kept[0] = program.given(shapes_[0].size(), const_cast<float*>(x));
  for (size_t v = 1; v < shapes_.size(); v++) {
    if (kept_[v]) kept[v] = program.given(shapes_[v].size(), keptValue(v - 1, tape));
  }
  const float* seen = statistics + this->statistics();
  for (size_t i = lines_.size(); i-- > 0;) {
    if (norms_[i] != nullptr) seen -= norms_[i]->statistics();
    const int value = static_cast<int>(i) + 1;
    const Program::Value given = by.of(value);
    // A value that nothing was made of.
    if (given == GradientsByValue::NONE) continue;
    const std::vector<int>& inputs = lines_[i].inputs;
    const Program::Value in = kept[inputs[0]];
    if (TrainedNorm* norm = norms_[i].get()) {
      const float* const own = seen;
      program.each({given, in}, [=](const Program::Part& part) {
        norm->lookBack(part.first, part.count, part.at(given), part.at(in), own);
      });
      program.then({given, in}, [=, &gradients](const Program::Part&) { norm->settleBack(own, gradients); });
      program.endStage();
      if (inputs[0] > 0 || dx != nullptr) {
        const bool over = by.isOwn(given);
        const Program::Value to = over ? given : by.make(inputs[0]);
        program.each({given, in, to}, [=](const Program::Part& part) {
          norm->gradient(part.count, part.at(given), part.at(in), part.at(to));
        });
        if (over) by.share(given);
        by.add(inputs[0], to);
      }
      by.release(given);
      continue;
    }
    const Step* step = steps_[i].get();
    const bool hasWeights = !step->differentiated().empty();
    if (hasWeights) {
      by.readAtEnd(given);
      program.then({given, in}, [=, &gradients](const Program::Part& part) {
        step->weightGradients(part.count, part.at(in), part.at(given), gradients);
      });
    }
    for (size_t k = inputs.size(); k-- > 0;) {
      if (inputs[k] == 0 && dx == nullptr) continue;
      if (step->passesGradientOn()) {
        by.share(given);
        by.add(inputs[k], given);
        continue;
      }
      const bool over = k == 0 && step->inPlace() && !hasWeights && by.isOwn(given);
      const Program::Value to = over ? given : by.make(inputs[k]);
      const auto work = [=, &tape](const Program::Part& part) {
        step->backward(part.count, part.at(given), k, part.at(to), tapeOf(i, tape, part.first));
      };
      if (step->light()) {
        program.each({given, to}, work);
      } else {
        program.then({given, to}, work);
        program.endStage();
      }
      if (over) by.share(given);
      by.add(inputs[k], to);
    }
    by.release(given);
  }
  if (dx != nullptr) {
    const int64_t size = shapes_[0].size();
    const Program::Value to = program.given(size, dx), from = by.of(0);
    program.each(from < 0 ? std::vector<int>{to} : std::vector<int>{from, to}, [=](const Program::Part& part) {
      if (from < 0) std::fill(part.at(to), part.at(to) + part.count * size, 0.0f);
      else std::copy(part.at(from), part.at(from) + part.count * size, part.at(to));
    });
  }
  program.run();
}

}  // namespace kwta
