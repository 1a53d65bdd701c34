// Products with the matrix of a dense layer, w [in, out]. Its parts are laid out anew one after another, each in the first cache:
// a copy of a large matrix would cost more than the product.
#pragma once

namespace kwta {

// A product of [rows, in] with [in, out].
struct DenseShape {
  int rows, in, out;
};

// y = x w and dx = dy w^T, in which a row's bits depend on nothing but the row and w; and dw = x^T dy.
void denseForward(const DenseShape& shape, const float* x, const float* w, float* y);
void denseInputGradient(const DenseShape& shape, const float* dy, const float* w, float* dx);
void denseFilterGradient(const DenseShape& shape, const float* x, const float* dy, float* dw);

}  // namespace kwta
