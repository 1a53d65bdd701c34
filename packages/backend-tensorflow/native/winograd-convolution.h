// Convolutions by Winograd's algorithm, on all threads.
#pragma once

#include <cstddef>

#include "winograd-filter.h"

namespace kwta {

// y = x * filters. The bits of a sample's output depend on nothing but the sample, its size and the filters.
void winogradConvolution(const Geometry& g, const float* x, const Filters& filters, const Epilogue& end, float* y);

// All filters transformed, for few channels: how many floats that takes, and the transform, on all threads.
size_t transformedFloats(const Filters& filters);
void transformAllFilters(const Filters& filters, float* to);

// The same of filters that were transformed before.
void winogradConvolution(const Geometry& g, const float* x, const float* transformed, const Epilogue& end, float* y);

// The gradient by the filters, [3, 3, ci, co]; its bits depend on the shapes, not on the threads.
void winogradFilterGradient(const Geometry& g, const float* x, const float* dy, float* dw);

}  // namespace kwta
