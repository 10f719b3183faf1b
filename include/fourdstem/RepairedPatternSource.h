// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_RepairedPatternSource_h
#define fourdstem_RepairedPatternSource_h

#include "fourdstem/DetectorMask.h"
#include "fourdstem/PatternSource.h"

#include <vector>

namespace fourdstem
{
/** \brief The patterns of another source with bad detector pixels replaced by their neighbours' mean.
 *
 * In each pattern a bad pixel becomes the mean of the finite good ones among its 8 neighbours, of the 24 within two
 * pixels where fewer than two are good, and NaN where none is. A plane is reproduced where the neighbours lie evenly
 * about the pixel. Nothing else changes, but every pattern is copied: as float32 from types of up to two bytes and
 * float32, as float64 from all others. The source must live as long as this one. */
class FourDSTEM_EXPORT RepairedPatternSource : public PatternSource
{
public:
  /** Not 0 in `bad` is bad. Throws std::invalid_argument when its extents are not those of the patterns. */
  RepairedPatternSource(const PatternSource & source, const DetectorMask & bad);

  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    return m_Source.RowsTogether(ry);
  }

  bool
  IsSparse() const override
  {
    return m_Source.IsSparse();
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

  void
  DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const override;

private:
  struct Repair
  {
    std::int64_t              pixel;
    std::vector<std::int64_t> neighbours;
  };

  template <typename TReal>
  void
  RepairPattern(TReal * pattern) const;

  void
  IndexNeighbours(const DetectorMask & bad);

  /** Appends the repaired pattern. */
  void
  RepairSparse(const SparsePattern & pattern, SparseBlock & block) const;

  const PatternSource & m_Source;
  std::vector<Repair>   m_Repairs;
  /** The repairs that a good pixel is a neighbour of: m_RepairsOf[m_FirstRepairOf[pixel]] up to those of the next. */
  std::vector<std::uint32_t> m_FirstRepairOf;
  std::vector<std::uint32_t> m_RepairsOf;
  std::vector<std::uint8_t>  m_IsBad;
};

/** One pattern [Qy][Qx], such as a mean, with its bad pixels replaced in the same way. */
FourDSTEM_EXPORT std::vector<double>
                 RepairPattern(const std::vector<double> & pattern, const DetectorMask & bad);
} // namespace fourdstem

#endif
