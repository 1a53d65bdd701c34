// Numbers per channel that each block of rows gives, to be joined in the order of the blocks.
#pragma once

#include "channel-rows.h"

namespace kwta {

// Two numbers per channel, of each block: [blocks][2][channels].
class PartialSums {
 public:
  explicit PartialSums(const ChannelRows& rows)
      : channels_(rows.channels), memory_(allocateScratch(static_cast<size_t>(rows.blocks) * 2 * rows.channels)) {}
  float* at(int block, int part) const { return memory_.get() + (2 * static_cast<size_t>(block) + part) * channels_; }

 private:
  int channels_;
  Scratch memory_;
};

}  // namespace kwta
