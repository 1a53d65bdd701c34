#include "native-op.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "denormals.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"
#include "thread-pool.h"

namespace kwta {
namespace {

class Status {
 public:
  ~Status() { TF_DeleteStatus(status_); }
  operator TF_Status*() const { return status_; }
  void check() const {
    if (TF_GetCode(status_) == TF_OK) return;
    const bool memory = TF_GetCode(status_) == TF_RESOURCE_EXHAUSTED;
    throw OpError{memory ? OpError::OUT_OF_MEMORY : OpError::INTERNAL, TF_Message(status_)};
  }

 private:
  TF_Status* status_ = TF_NewStatus();
};

struct Description {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  NativeOp::Make make;
};

// In a function, because the variables that add to it may be set up before one beside them would be.
std::vector<Description>& descriptions() {
  static std::vector<Description> all;
  return all;
}

TF_Code codeOf(OpError::Kind kind) {
  if (kind == OpError::INVALID_ARGUMENT) return TF_INVALID_ARGUMENT;
  return kind == OpError::OUT_OF_MEMORY ? TF_RESOURCE_EXHAUSTED : TF_INTERNAL;
}

// Runs something, and hands what it throws to TensorFlow: no exception may reach it.
template <typename Run, typename Report>
void guarded(Run run, Report report) {
  OpError error{OpError::INTERNAL, "a kernel failed"};
  try {
    return run();
  } catch (const OpError& known) {
    error = known;
  } catch (const std::bad_alloc&) {
    error = {OpError::OUT_OF_MEMORY, "out of memory"};
  } catch (...) {
  }
  Status status;
  TF_SetStatus(status, codeOf(error.kind), error.message.c_str());
  report(status);
}

// TensorFlow's callbacks tell no op from another, so each gets functions of its own. As many as there can be ops.
constexpr size_t MOST_OPS = 32;

template <size_t I>
void* createKernel(TF_OpKernelConstruction* construction) {
  Kernel* kernel = nullptr;
  guarded([&] { kernel = descriptions()[I].make(Attributes(construction)).release(); },
          [&](TF_Status* status) { TF_OpKernelConstruction_Failure(construction, status); });
  return kernel;
}

void computeKernel(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const KeepDenormals keep;
  const PoolUse use;
  guarded([&] { static_cast<Kernel*>(kernel)->compute(call); },
          [&](TF_Status* status) { TF_OpKernelContext_Failure(context, status); });
}

void deleteKernel(void* kernel) { delete static_cast<Kernel*>(kernel); }

using Create = void* (*)(TF_OpKernelConstruction*);

template <size_t... I>
Create createFunction(size_t index, std::index_sequence<I...>) {
  static constexpr Create all[] = {createKernel<I>...};
  return all[index];
}

// Shapes are known when a kernel runs; TensorFlow asks for them before only within graphs, which TensorFlow.js has not.
void unknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void registerOp(const Description& op, size_t index) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, unknownShapes);
  Status status;
  TF_RegisterOpDefinition(definition, status);
  status.check();
  const Create create = createFunction(index, std::make_index_sequence<MOST_OPS>());
  TF_KernelBuilder* builder = TF_NewKernelBuilder(op.name, "CPU", create, computeKernel, deleteKernel);
  TF_RegisterKernelBuilder(op.name, builder, status);
  status.check();
}

}  // namespace

int64_t sizeOf(const Shape& shape) {
  int64_t size = 1;
  for (int64_t length : shape) size *= length;
  return size;
}

Tensor::Tensor(TF_Tensor* tensor) : tensor_(tensor), data_(static_cast<float*>(TF_TensorData(tensor))) {
  for (int axis = 0; axis < TF_NumDims(tensor); axis++) shape_.push_back(TF_Dim(tensor, axis));
}

Tensor::Tensor(Tensor&& other) noexcept
    : tensor_(std::exchange(other.tensor_, nullptr)), shape_(std::move(other.shape_)), data_(other.data_) {}

Tensor::~Tensor() {
  if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
}

void require(bool condition, const char* message) {
  if (!condition) throw OpError{OpError::INVALID_ARGUMENT, message};
}

int32_t Attributes::integer(const char* name) const {
  Status status;
  int32_t value = 0;
  TF_OpKernelConstruction_GetAttrInt32(construction_, name, &value, status);
  status.check();
  return value;
}

float Attributes::number(const char* name) const {
  Status status;
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status);
  status.check();
  return value;
}

std::string Attributes::text(const char* name) const {
  Status status;
  int32_t elements = 0, length = 0;
  TF_OpKernelConstruction_GetAttrSize(construction_, name, &elements, &length, status);
  status.check();
  std::string value(length, ' ');
  TF_OpKernelConstruction_GetAttrString(construction_, name, value.data(), length, status);
  status.check();
  return value;
}

Scratch allocateScratch(size_t floats) {
  const size_t bytes = (floats * sizeof(float) + 63) / 64 * 64;
  void* memory = std::aligned_alloc(64, bytes);
  if (memory == nullptr) {
    const std::string size = std::to_string(bytes >> 20);
    throw OpError{OpError::OUT_OF_MEMORY, "out of memory: a kernel needs " + size + " MiB for its own use"};
  }
  return Scratch(static_cast<float*>(memory), [](float* pointer) { std::free(pointer); });
}

Tensor Call::input(int index) const {
  Status status;
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status);
  status.check();
  return Tensor(tensor);
}

Tensor Call::output(int index, const Shape& shape) const {
  Status status;
  const int dimensions = static_cast<int>(shape.size());
  const size_t bytes = sizeof(float) * sizeOf(shape);
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), dimensions, bytes, status);
  status.check();
  return Tensor(tensor);
}

NativeOp::NativeOp(const char* name, std::vector<const char*> inputs, std::vector<const char*> outputs,
                   std::vector<const char*> attributes, Make make) {
  descriptions().push_back({name, std::move(inputs), std::move(outputs), std::move(attributes), make});
}

std::string registerNativeOps() {
  if (descriptions().size() > MOST_OPS) return "there are more ops than MOST_OPS in native-op.cc";
  for (size_t i = 0; i < descriptions().size(); i++) {
    try {
      registerOp(descriptions()[i], i);
    } catch (const OpError& error) {
      return std::string(descriptions()[i].name) + ": " + error.message;
    }
  }
  return "";
}

}  // namespace kwta
