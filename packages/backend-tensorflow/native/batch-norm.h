// What batch normalisation by a batch's own statistics is made of, block by block of rows.
#pragma once

#include <vector>

#include "partial-sums.h"

namespace kwta {

// The mean of the rows from `first` to `end` and the sum of squares of the distances to it, of each channel.
void momentsOfBlock(const float* x, int64_t first, int64_t end, int channels, float* means, float* squares);

// The sums of dy and of dy (x - mean) over the rows from `first` to `end`.
void sumsOfBlock(const float* dy, const float* x, const float* mean, int64_t first, int64_t end, int channels, float* sums,
                 float* products);

// Mean and variance of each channel, joined from those of blocks in their order.
class Moments {
 public:
  explicit Moments(int channels) : means_(channels), squares_(channels) {}
  void join(const float* means, const float* squares, int64_t rows);
  void give(float* mean, float* variance) const;

 private:
  std::vector<double> means_, squares_;
  double seen_ = 0;
};

// A factor and an offset per channel that normalise x.
struct Normalizer {
  std::vector<float> factor, offset;

  // `scale` and `offset` may be null.
  Normalizer(int channels, const float* mean, const float* variance, double epsilon, const float* scale, const float* offset);
};

// Sums of blocks, joined in their order.
class GradientSums {
 public:
  explicit GradientSums(int channels) : sums(channels), products(channels) {}
  void join(const float* blockSums, const float* blockProducts);

  std::vector<double> sums, products;
};

// The gradients: that by x is `a dy + b x + rest` per channel.
struct NormGradient {
  std::vector<float> a, b, rest;

  // `scale` may be null. Sets the gradients by scale and offset where they are not null.
  NormGradient(const GradientSums& total, int64_t rows, const float* mean, const float* variance, double epsilon,
               const float* scale, float* byScale, float* byOffset);
};

// `to = a dy + b x + rest` for the rows from `first` to `end`.
void combineRows(const NormGradient& gradient, const float* dy, const float* x, int64_t first, int64_t end, float* to);

}  // namespace kwta
