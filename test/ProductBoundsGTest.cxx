// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/ProductBounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace
{
using fourdstem::ProductBounds;

constexpr std::size_t rows = 50;
constexpr std::size_t columns = 200;
constexpr std::size_t width = 3;

struct Sample
{
  std::vector<float> values = std::vector<float>(rows * columns);
  std::vector<float> mean = std::vector<float>(columns, 4.0f);
  std::mt19937       generator{ 7 };

  Sample()
  {
    std::normal_distribution<float> noise(4.0f, 1.0f);
    for (float & value : values)
    {
      value = noise(generator);
    }
  }

  std::vector<float>
  Vectors()
  {
    std::normal_distribution<float> normal;
    std::vector<float>              vectors(width * columns);
    for (float & value : vectors)
    {
      value = normal(generator);
    }
    return vectors;
  }

  double
  Product(std::size_t row, const std::vector<float> & vectors, std::size_t w) const
  {
    double product = 0.0;
    for (std::size_t j = 0; j < columns; ++j)
    {
      product += (static_cast<double>(values[row * columns + j]) - static_cast<double>(mean[j])) *
                 static_cast<double>(vectors[w * columns + j]);
    }
    return product;
  }

  float
  Radius(std::size_t row) const
  {
    std::vector<float> arm(columns);
    for (std::size_t j = 0; j < columns; ++j)
    {
      arm[j] = values[row * columns + j] - mean[j];
    }
    double square = 0.0;
    for (const float value : arm)
    {
      square += static_cast<double>(value) * static_cast<double>(value);
    }
    return static_cast<float>(std::sqrt(square));
  }

  ProductBounds
  Bounds(const std::vector<float> & anchor) const
  {
    ProductBounds bounds(rows, columns, width, 4.0 * std::sqrt(static_cast<double>(columns)));
    bounds.Anchor(anchor);
    for (std::size_t row = 0; row < rows; ++row)
    {
      const double products[] = { Product(row, anchor, 0), Product(row, anchor, 1), Product(row, anchor, 2) };
      bounds.Keep(row, products, this->Radius(row));
    }
    return bounds;
  }
};

TEST(ProductBounds, HoldForVectorsThatMovedAnywhere)
{
  Sample             sample;
  std::vector<float> vectors = sample.Vectors();
  ProductBounds      bounds = sample.Bounds(vectors);
  for (const float step : { 0.0f, 0.01f, 0.3f, 5.0f })
  {
    const std::vector<float> shift = sample.Vectors();
    for (std::size_t i = 0; i < vectors.size(); ++i)
    {
      vectors[i] += step * shift[i];
    }
    bounds.Follow(vectors);
    for (std::size_t row = 0; row < rows; ++row)
    {
      for (std::size_t w = 0; w < width; ++w)
      {
        const auto bound = bounds.Bound(row, w, sample.Radius(row));
        EXPECT_NEAR(bound.middle, sample.Product(row, vectors, w), bound.reach) << step;
      }
    }
  }
}

TEST(ProductBounds, AreTightInTheSpanOfTheAnchor)
{
  Sample                   sample;
  const std::vector<float> anchor = sample.Vectors();
  ProductBounds            bounds = sample.Bounds(anchor);
  std::vector<float>       mixed(anchor.size());
  for (std::size_t j = 0; j < columns; ++j)
  {
    mixed[j] = 2.0f * anchor[j] - anchor[columns + j];
    mixed[columns + j] = anchor[2 * columns + j];
    mixed[2 * columns + j] = 0.0f;
  }
  bounds.Follow(mixed);
  for (std::size_t row = 0; row < rows; ++row)
  {
    for (std::size_t w = 0; w < width; ++w)
    {
      const auto bound = bounds.Bound(row, w, sample.Radius(row));
      EXPECT_NEAR(bound.middle, sample.Product(row, mixed, w), bound.reach);
      EXPECT_LT(bound.reach, 0.05);
    }
  }
}

TEST(ProductBounds, VectorsThatAreAllAlikeHaveOneDirection)
{
  Sample             sample;
  std::vector<float> alike = sample.Vectors();
  std::copy_n(alike.begin(), columns, alike.begin() + columns);
  std::copy_n(alike.begin(), columns, alike.begin() + 2 * columns);
  ProductBounds            bounds = sample.Bounds(alike);
  const std::vector<float> other = sample.Vectors();
  bounds.Follow(other);
  for (std::size_t row = 0; row < rows; ++row)
  {
    const auto bound = bounds.Bound(row, 1, sample.Radius(row));
    EXPECT_NEAR(bound.middle, sample.Product(row, other, 1), bound.reach);
  }
}
} // namespace
