// What a kernel of ours needs to be an op of TensorFlow: it is all that such a kernel sees of it. Only TensorFlow's C
// API is used, which does not change between versions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// The version of what this header, network-rule.h, thread-pool.h and vector.h offer. It goes up when code that was written for them would
// have to be changed.
#define KWTA_NATIVE_API 2

// To be written once in each file of kernels, with the version that it is written for.
#define KWTA_NATIVE_KERNELS(version)                                                                              \
  static_assert((version) == KWTA_NATIVE_API, "kernels for version " #version " of native-op.h, which is another one")

struct TF_OpKernelContext;
struct TF_OpKernelConstruction;
struct TF_Tensor;

namespace kwta {

using Shape = std::vector<int64_t>;

int64_t sizeOf(const Shape& shape);

// A tensor of float32; nothing when the op has been given something else.
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor);
  ~Tensor();
  Tensor(Tensor&& other) noexcept;
  Tensor(const Tensor&) = delete;

  const Shape& shape() const { return shape_; }
  int64_t size() const { return sizeOf(shape_); }
  float* data() const { return data_; }

 private:
  TF_Tensor* tensor_;
  Shape shape_;
  float* data_;
};

// Ends a kernel: TensorFlow then reports it as the op's error, and JavaScript gets an exception of this text.
struct OpError {
  enum Kind { INVALID_ARGUMENT, OUT_OF_MEMORY, INTERNAL } kind;
  std::string message;
};

// Throws OpError unless a condition on the inputs holds.
void require(bool condition, const char* message);

// The attributes of one op as JavaScript gave them.
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction) {}
  int32_t integer(const char* name) const;
  float number(const char* name) const;
  std::string text(const char* name) const;

 private:
  TF_OpKernelConstruction* construction_;
};

// Memory of a kernel's own, at the start of a cache line.
using Scratch = std::unique_ptr<float[], void (*)(float*)>;
Scratch allocateScratch(size_t floats);

// One call of an op.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}
  Tensor input(int index) const;
  Tensor output(int index, const Shape& shape) const;

 private:
  TF_OpKernelContext* context_;
};

// An op with given attributes.
class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual void compute(Call& call) = 0;
};

// Describes an op; defining one as a global variable adds it to those that the addon registers when it is loaded.
class NativeOp {
 public:
  using Make = std::unique_ptr<Kernel> (*)(const Attributes&);
  // Inputs, outputs and attributes are written as TensorFlow writes them: "x: float", "k: int".
  NativeOp(const char* name, std::vector<const char*> inputs, std::vector<const char*> outputs,
           std::vector<const char*> attributes, Make make);
};

template <typename K>
std::unique_ptr<Kernel> make(const Attributes& attributes) {
  return std::make_unique<K>(attributes);
}

// Registers all of them. The text tells what failed; it is empty when nothing did.
std::string registerNativeOps();

}  // namespace kwta
