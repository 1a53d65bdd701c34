#include "batch-norm.h"

#include <cmath>

namespace kwta {

// Two looks at what lies in the first cache.
void momentsOfBlock(const float* x, int64_t first, int64_t end, int channels, float* means, float* squares) {
  forEachChannelGroup<4>(channels, [&](int c, int count, auto vectors) {
    Vector sums[vectors] = {}, means_[vectors], squares_[vectors] = {};
    for (int64_t row = first; row < end; row++) {
      for (int j = 0; j < vectors; j++) sums[j] += loadSome(x + row * channels + c + j * LANES, count);
    }
    for (int j = 0; j < vectors; j++) means_[j] = sums[j] / static_cast<float>(end - first);
    for (int64_t row = first; row < end; row++) {
      for (int j = 0; j < vectors; j++) {
        const Vector distance = loadSome(x + row * channels + c + j * LANES, count) - means_[j];
        squares_[j] += distance * distance;
      }
    }
    for (int j = 0; j < vectors; j++) storeSome(means + c + j * LANES, means_[j], count);
    for (int j = 0; j < vectors; j++) storeSome(squares + c + j * LANES, squares_[j], count);
  });
}

void sumsOfBlock(const float* dy, const float* x, const float* mean, int64_t first, int64_t end, int channels, float* sums,
                 float* products) {
  forEachChannelGroup<2>(channels, [&](int c, int count, auto vectors) {
    Vector sums_[vectors] = {}, products_[vectors] = {}, means[vectors];
    for (int j = 0; j < vectors; j++) means[j] = loadSome(mean + c + j * LANES, count);
    for (int64_t row = first; row < end; row++) {
      const int64_t place = row * channels + c;
      for (int j = 0; j < vectors; j++) {
        const Vector gradient = loadSome(dy + place + j * LANES, count);
        sums_[j] += gradient;
        products_[j] += gradient * (loadSome(x + place + j * LANES, count) - means[j]);
      }
    }
    for (int j = 0; j < vectors; j++) storeSome(sums + c + j * LANES, sums_[j], count);
    for (int j = 0; j < vectors; j++) storeSome(products + c + j * LANES, products_[j], count);
  });
}

// Chan, Golub, LeVeque, 1983.
void Moments::join(const float* means, const float* squares, int64_t rows) {
  const double count = static_cast<double>(rows);
  const double share = count / (seen_ + count);
  for (size_t c = 0; c < means_.size(); c++) {
    const double distance = means[c] - means_[c];
    squares_[c] += squares[c] + distance * distance * seen_ * share;
    means_[c] += distance * share;
  }
  seen_ += count;
}

void Moments::give(float* mean, float* variance) const {
  for (size_t c = 0; c < means_.size(); c++) {
    mean[c] = static_cast<float>(means_[c]);
    variance[c] = static_cast<float>(squares_[c] / seen_);
  }
}

Normalizer::Normalizer(int channels, const float* mean, const float* variance, double epsilon, const float* scale,
                       const float* shift)
    : factor(channels), offset(channels) {
  for (int c = 0; c < channels; c++) {
    const double each = (scale == nullptr ? 1.0 : scale[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    factor[c] = static_cast<float>(each);
    offset[c] = static_cast<float>((shift == nullptr ? 0.0 : shift[c]) - mean[c] * each);
  }
}

void GradientSums::join(const float* blockSums, const float* blockProducts) {
  for (size_t c = 0; c < sums.size(); c++) {
    sums[c] += blockSums[c];
    products[c] += blockProducts[c];
  }
}

// dx = a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))), with a = scale r and r = 1 / sqrt(variance + epsilon).
NormGradient::NormGradient(const GradientSums& total, int64_t rows, const float* mean, const float* variance,
                           double epsilon, const float* scale, float* byScale, float* byOffset)
    : a(total.sums.size()), b(a.size()), rest(a.size()) {
  for (size_t c = 0; c < a.size(); c++) {
    const double r = 1 / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    const double factor = (scale == nullptr ? 1.0 : scale[c]) * r;
    const double slope = -factor * r * r * total.products[c] / rows;
    a[c] = static_cast<float>(factor);
    b[c] = static_cast<float>(slope);
    rest[c] = static_cast<float>(-factor * total.sums[c] / rows - slope * mean[c]);
    if (byScale != nullptr) byScale[c] = static_cast<float>(total.products[c] * r);
    if (byOffset != nullptr) byOffset[c] = static_cast<float>(total.sums[c]);
  }
}

void combineRows(const NormGradient& g, const float* dy, const float* x, int64_t first, int64_t end, float* to) {
  const int channels = static_cast<int>(g.a.size());
  forEachChannelGroup<2>(channels, [&](int c, int count, auto vectors) {
    Vector as[vectors], bs[vectors], rests[vectors];
    for (int j = 0; j < vectors; j++) as[j] = loadSome(g.a.data() + c + j * LANES, count);
    for (int j = 0; j < vectors; j++) bs[j] = loadSome(g.b.data() + c + j * LANES, count);
    for (int j = 0; j < vectors; j++) rests[j] = loadSome(g.rest.data() + c + j * LANES, count);
    for (int64_t row = first; row < end; row++) {
      const int64_t place = row * channels + c;
      for (int j = 0; j < vectors; j++) {
        const Vector value = loadSome(x + place + j * LANES, count);
        const Vector gradient = loadSome(dy + place + j * LANES, count);
        storeSome(to + place + j * LANES, as[j] * gradient + (bs[j] * value + rests[j]), count);
      }
    }
  });
}

}  // namespace kwta
