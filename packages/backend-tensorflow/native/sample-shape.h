// The values of one sample.
#pragma once

#include "native-op.h"

namespace kwta {

// At some place of a network. A row of values has height and width 1.
struct SampleShape {
  int height, width, channels;

  int64_t size() const { return static_cast<int64_t>(height) * width * channels; }
};

// Of one of the samples x, of one to three axes.
SampleShape sampleOf(const Shape& x);

}  // namespace kwta
