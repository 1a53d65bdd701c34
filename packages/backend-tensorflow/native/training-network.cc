#include "training-network.h"

#include <algorithm>
#include <map>

namespace kwta {

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
  // Memory for the gradient by a value that is made of `given`: that of `given`, if it `may` be and nobody else needs it.
  Value inPlaceOf(Value given, int value, bool may) {
    if (!may || !isOwn(given)) return make(value);
    share(given);
    return given;
  }
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

namespace {

// Work of one step: light work on samples, other work on the whole batch, with all threads at it.
void addWork(Program& program, bool light, const std::vector<Program::Value>& uses, Program::Work work) {
  if (light) return program.each(uses, std::move(work));
  program.then(uses, std::move(work));
  program.endStage();
}

void addNorm(Program& program, TrainedNorm& norm, Program::Value in, Program::Value to, float* statistics, float* movedMean,
             float* movedVariance) {
  program.each({in}, [=, &norm](const Program::Part& part) { norm.look(part.first, part.count, part.at(in)); });
  program.then({}, [=, &norm](const Program::Part&) { norm.settle(statistics, movedMean, movedVariance); });
  program.endStage();
  program.each({in, to}, [=, &norm](const Program::Part& part) { norm.normalise(part.count, part.at(in), part.at(to)); });
}

// Copies a value, or sets zeros where there is none.
void addCopy(Program& program, Program::Value from, Program::Value to, int64_t size) {
  if (from == GradientsByValue::NONE) {
    return program.each({to}, [=](const Program::Part& part) { std::fill_n(part.at(to), part.count * size, 0.0f); });
  }
  program.each({from, to}, [=](const Program::Part& part) { std::copy_n(part.at(from), part.count * size, part.at(to)); });
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

// The value that lies last where one does.
int TrainingNetwork::endOf(int value) const {
  while (successor_[value] >= 0) value = successor_[value];
  return value;
}

int64_t TrainingNetwork::tapeFloats(size_t line) const {
  const int64_t kept = kept_[line + 1] ? shapes_[line + 1].size() : 0;
  return count_ * (kept + (steps_[line] == nullptr ? 0 : floatsOfBits(*steps_[line])));
}

// The bits of a line come after the value that it keeps.
Tape TrainingNetwork::tapeOf(size_t line, const Places& tape, int first) const {
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

// Where each value lies.
std::vector<Program::Value> TrainingNetwork::placesOf(Program& program, const float* x, float* y, const Places& tape) const {
  std::vector<Program::Value> places{program.given(shapes_[0].size(), const_cast<float*>(x))};
  for (size_t i = 0; i < lines_.size(); i++) {
    const int value = static_cast<int>(i) + 1, first = lines_[i].inputs[0], end = endOf(value);
    const int64_t size = shapes_[value].size();
    if (successor_[first] == value) places.push_back(places[first]);
    else if (i + 1 == lines_.size()) places.push_back(program.given(size, y));
    else if (kept_[end]) places.push_back(program.given(size, tape[end - 1]));
    else places.push_back(program.value(size));
  }
  return places;
}

void TrainingNetwork::forward(const float* x, float* y, const Places& tape, float* statistics, const Places& moved) const {
  Program program(count_);
  const std::vector<Program::Value> places = placesOf(program, x, y, tape);
  auto next = moved.begin();
  for (size_t i = 0; i < lines_.size(); i++) {
    std::vector<Program::Value> from;
    for (int input : lines_[i].inputs) from.push_back(places[input]);
    const Program::Value to = places[i + 1];
    if (TrainedNorm* norm = norms_[i].get()) {
      addNorm(program, *norm, from[0], to, statistics, next[0], next[1]);
      statistics += norm->statistics();
      next += 2;
      continue;
    }
    const Step& step = *steps_[i];
    std::vector<Program::Value> uses = from;
    uses.push_back(to);
    addWork(program, step.light(), uses, [=, &step, &tape](const Program::Part& part) {
      std::vector<const float*> inputs;
      for (Program::Value value : from) inputs.push_back(part.at(value));
      step.forward(part.count, inputs, part.at(to), tapeOf(i, tape, part.first));
    });
  }
  program.run();
}

void TrainingNetwork::backward(const float* dy, const float* x, const Places& tape, const float* statistics, float* dx,
                               const Places& gradients) const {
  Program program(count_);
  GradientsByValue by(program, shapes_);
  by.start(static_cast<int>(lines_.size()), program.given(result().size(), const_cast<float*>(dy)));
  // What gradients read of values, where it was kept.
  std::vector<Program::Value> kept{program.given(shapes_[0].size(), const_cast<float*>(x))};
  for (size_t v = 1; v < shapes_.size(); v++) {
    kept.push_back(kept_[v] ? program.given(shapes_[v].size(), tape[v - 1]) : GradientsByValue::NONE);
  }
  const float* seen = statistics + this->statistics();
  for (size_t i = lines_.size(); i-- > 0;) {
    if (norms_[i] != nullptr) seen -= norms_[i]->statistics();
    const Program::Value given = by.of(static_cast<int>(i) + 1);
    // A value that nothing was made of.
    if (given == GradientsByValue::NONE) continue;
    const Program::Value in = kept[lines_[i].inputs[0]];
    if (norms_[i] != nullptr) addNormGradient(program, by, i, in, seen, dx != nullptr, gradients);
    else addStepGradients(program, by, i, in, dx != nullptr, tape, gradients);
    by.release(given);
  }
  if (dx != nullptr) addCopy(program, by.of(0), program.given(shapes_[0].size(), dx), shapes_[0].size());
  program.run();
}

void TrainingNetwork::addNormGradient(Program& program, GradientsByValue& by, size_t line, Program::Value in,
                                      const float* statistics, bool byInput, const Places& gradients) const {
  TrainedNorm& norm = *norms_[line];
  const int input = lines_[line].inputs[0];
  const Program::Value given = by.of(static_cast<int>(line) + 1);
  program.each({given, in}, [=, &norm](const Program::Part& part) {
    norm.lookBack(part.first, part.count, part.at(given), part.at(in), statistics);
  });
  program.then({}, [=, &norm, &gradients](const Program::Part&) { norm.settleBack(statistics, gradients); });
  program.endStage();
  if (input == 0 && !byInput) return;
  const Program::Value to = by.inPlaceOf(given, input, true);
  program.each({given, in, to}, [=, &norm](const Program::Part& part) {
    norm.gradient(part.count, part.at(given), part.at(in), part.at(to));
  });
  by.add(input, to);
}

void TrainingNetwork::addStepGradients(Program& program, GradientsByValue& by, size_t line, Program::Value in, bool byInput,
                                       const Places& tape, const Places& gradients) const {
  const Step& step = *steps_[line];
  const std::vector<int>& inputs = lines_[line].inputs;
  const Program::Value given = by.of(static_cast<int>(line) + 1);
  const bool hasWeights = !step.differentiated().empty();
  if (hasWeights) {
    by.readAtEnd(given);
    program.then({given, in}, [=, &step, &gradients](const Program::Part& part) {
      step.weightGradients(part.count, part.at(in), part.at(given), gradients);
    });
  }
  for (size_t k = inputs.size(); k-- > 0;) {
    if (inputs[k] == 0 && !byInput) continue;
    if (step.passesGradientOn()) {
      by.share(given);
      by.add(inputs[k], given);
      continue;
    }
    const Program::Value to = by.inPlaceOf(given, inputs[k], k == 0 && step.inPlace() && !hasWeights);
    addWork(program, step.light(), {given, to}, [=, &step, &tape](const Program::Part& part) {
      step.backward(part.count, part.at(given), k, part.at(to), tapeOf(line, tape, part.first));
    });
    by.add(inputs[k], to);
  }
}

}  // namespace kwta
