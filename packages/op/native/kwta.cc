// k-Winners-Take-All and its exact gradient as ops of TensorFlow: the kernels `Kwta` and `KwtaGrad` of @kwta/op.
#include <algorithm>
#include <cmath>
#include <limits>

#include "pass.h"
#include "rows.h"
#include "select.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

// x and k to the output and the threshold of each row. A row that holds a NaN gets NaN throughout.
class Forward : public Kernel {
 public:
  explicit Forward(const Attributes& attributes) : k_(attributes.integer("k")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0);
    requireRows(x);
    const Rows rows(x.shape());
    require(sizeOf(x.shape()) == 0 || (k_ >= 1 && k_ <= rows.size), "k must be from 1 to the number of values per row");
    const Tensor y = call.output(0, x.shape());
    const Tensor threshold = call.output(1, {rows.rows});
    if (x.size() == 0) return;
    const int64_t own = (selectionScratch(rows.size) + 15) / 16 * 16;
    const Scratch scratch = allocateScratch(threads() * own);
    rows.forEach([&](int64_t row, int worker) {
      const int64_t start = row * rows.size;
      int32_t* keys = bitsOf(scratch.get()) + worker * own;
      selectRow(x.data() + start, y.data() + start, rows.size, threshold.data() + row, keys);
    });
  }

 private:
  void selectRow(float* x, float* y, int64_t size, float* threshold, int32_t* keys) const {
    const Selection selection = selectKth(bitsOf(x), size, k_, keys);
    if (selection.holdsNaN) {
      std::fill(y, y + size, std::numeric_limits<float>::quiet_NaN());
      *threshold = std::numeric_limits<float>::quiet_NaN();
      return;
    }
    *bitsOf(threshold) = orderedKey(selection.key);
    // -0 and +0 are equal as floats and tie; as keys -0 is one less.
    const IntVector limit = splat(selection.key == 0 ? -1 : selection.key);
    copyChosen(bitsOf(x), bitsOf(x), bitsOf(y), size, [&](IntVector bits) { return orderedKey(bits) >= limit; });
  }

  const int k_;
};

const NativeOp forward("Kwta", {"x: float"}, {"y: float", "threshold: float"}, {"k: int"}, make<Forward>);

// (dy, x, threshold) to dy where x reaches its row's threshold, else 0; NaN where the threshold is NaN.
class Gradient : public Kernel {
 public:
  explicit Gradient(const Attributes&) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0);
    const Tensor x = call.input(1);
    const Tensor threshold = call.input(2);
    requireGradientInputs(dy, x, threshold);
    const Rows rows(x.shape());
    const Tensor dx = call.output(0, dy.shape());
    rows.forEach([&](int64_t row, int) {
      const int64_t start = row * rows.size;
      passWinners(dy.data() + start, x.data() + start, threshold.data()[row], dx.data() + start, rows.size);
    });
  }
};

const NativeOp gradient("KwtaGrad", {"dy: float", "x: float", "threshold: float"}, {"dx: float"}, {}, make<Gradient>);

}  // namespace
}  // namespace kwta
