// Products of the patches of images with panels of filters.
#pragma once

#include "patch-convolution.h"

namespace kwta {

// y = the convolution of x with filters that are cut into panels of output channels, [taps * ci][width] each, which begin
// `taps * ci * PANEL` apart.
void multiplyPatches(const PatchGeometry& g, const float* x, float* panels, float* y);

}  // namespace kwta
