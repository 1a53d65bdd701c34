// Numbers per channel that each block of rows gives, to be joined in the order of the blocks.
#pragma once

#include "channel-rows.h"

namespace kwta {

// Two numbers per channel, of each block: [blocks][2][channels].
class PartialSums {
 public:
  PartialSums(int blocks, int channels)
      : channels_(channels), memory_(allocateScratch(static_cast<size_t>(blocks) * 2 * channels)) {}
  float* at(int block, int part) const { return memory_.get() + (2 * static_cast<size_t>(block) + part) * channels_; }

 private:
  int channels_;
  Scratch memory_;
};

}  // namespace kwta
