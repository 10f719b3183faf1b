// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternSampler_h
#define fourdstem_PatternSampler_h

#include "fourdstem/Feature.h"

namespace fourdstem
{
/** Samples patterns at fixed points around their origins, see SamplingOptions. Immutable once made. */
class PatternSampler
{
public:
  PatternSampler(const std::vector<SamplePoint> & points, const SamplingOptions & options);

  /** Buffers of one thread. */
  struct Scratch
  {
    std::vector<float> tapsX;
    std::vector<float> tapsY;
    std::vector<float> tapsXByPhase;
    std::vector<float> column;
    std::vector<float> even;
    std::vector<float> odd;
    std::vector<float> line;
    std::vector<float> values;
    std::vector<float> weights;
    std::vector<float> expected;
    std::vector<float> cleaned;
    std::vector<float> finite;
  };

  std::int64_t
  Count() const
  {
    return m_Count;
  }

  /** One value per point; `fill` is null (0) or one value per point. */
  void
  Sample(const FloatPattern & pattern,
         float                originX,
         float                originY,
         const float *        fill,
         float *              out,
         Scratch &            scratch,
         FeatureReport &      report) const;

private:
  /** Points of one dy; point k is at dx = firstDx + step * columns[k]. */
  struct Row
  {
    std::int64_t dy;
    std::int64_t firstDx;
    std::int64_t lastDx;
    std::size_t  begin;
    std::size_t  end;
  };

  /** Where a pattern's points lie between its pixels: the filter at point d reaches from pixel first + d on. */
  struct Axis
  {
    double       origin;
    std::int64_t first;
    std::int64_t size;
  };

  Axis
  Phase(double origin, std::int64_t size, std::vector<float> & taps) const;

  void
  FilterAll(const FloatPattern & pattern, const Axis & x, const Axis & y, float * values, Scratch & scratch) const;

  void
  FilterRow(const FloatPattern & pattern,
            const Row &          row,
            const Axis &         x,
            const Axis &         y,
            float *              values,
            Scratch &            scratch) const;

  void
  SampleFinite(const FloatPattern & pattern, const Axis & x, const Axis & y, float * values, Scratch & scratch) const;

  template <typename TVisitor>
  void
  VisitPartial(const Axis & x, const Axis & y, const Scratch & scratch, TVisitor && visitor) const;

  std::int64_t              m_Count;
  std::int64_t              m_Step = 1;
  bool                      m_IsBilinear;
  std::vector<float>        m_Gaussian;
  std::vector<Row>          m_Rows;
  std::vector<std::int32_t> m_Columns;
  std::vector<std::int64_t> m_Slots; // empty when the points came in the order of the rows
};
} // namespace fourdstem

#endif
