#pragma once

#include "channel-rows.h"

namespace kwta {

// `to = factor * x + offset` with a factor and an offset per channel.
void scaleChannels(const ChannelRows& rows, const float* x, const float* factor, const float* offset, float* to);

// Throws OpError unless there is one number per channel.
void requireRow(const Tensor& tensor, int channels);

}  // namespace kwta
