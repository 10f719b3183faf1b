// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggPeaks_h
#define itkBraggPeaks_h

#include "FourDSTEMExport.h"
#include "fourdstem/PeakLists.h"
#include "itkFourDSTEMMacro.h"

#include "itkDataObject.h"
#include "itkObjectFactory.h"
#include "itkVector.h"

#include <string>

namespace itk
{
/** \class BraggPeaks
 * \brief Bragg peaks of a scan: for every position a list of any length, each peak with its place and intensity.
 *
 * Places are in detector pixels where patterns are stored, x along Qx (columns), y along Qy (rows); with them go the
 * origin of each pattern, if it is known, and the calibration of scan and detector (fourdstem::PeakLists).
 *
 * Write() makes an HDF5 file that py4DSTEM opens as BraggVectors, under a temporary name until it is whole; Read()
 * takes these, and what py4DSTEM 0.13 and 0.14 write. py4DSTEM's qx is our y, its qy our x. Both throw an exception
 * that names the file; after a failed Read() the object is unchanged.
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT BraggPeaks : public DataObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(BraggPeaks);

  using Self = BraggPeaks;
  using Superclass = DataObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using ListsType = fourdstem::PeakLists;
  /** x, y, intensity. */
  using PeakType = Vector<double, 3>;
  using PatternOriginType = Vector<double, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(BraggPeaks, DataObject);

  /** Set throws where offsets, peaks and origins do not fit each other. */
  void
  SetLists(ListsType lists);
  const ListsType &
  GetLists() const
  {
    return m_Lists;
  }

  /** Of the scan; 0 for a new object. */
  unsigned int
  GetNumberOfColumns() const
  {
    return static_cast<unsigned int>(m_Lists.shape.rx);
  }
  unsigned int
  GetNumberOfRows() const
  {
    return static_cast<unsigned int>(m_Lists.shape.ry);
  }

  /** Of the whole scan, or at one position. Positions that are not there throw. */
  SizeValueType
  GetNumberOfPeaks() const
  {
    return static_cast<SizeValueType>(m_Lists.peaks.size());
  }
  unsigned int
  GetNumberOfPeaks(unsigned int column, unsigned int row) const;
  PeakType
  GetPeak(unsigned int column, unsigned int row, unsigned int number) const;

  bool
  GetHasPatternOrigins() const
  {
    return !m_Lists.origins.empty();
  }
  /** (x, y) in detector pixels. */
  PatternOriginType
  GetPatternOrigin(unsigned int column, unsigned int row) const;
  /** Sets those of all positions, (x, y) in scan order. */
  void
  SetPatternOrigins(const std::vector<float> & origins);

  /** A file that exists is replaced. */
  void
  Write(const std::string & fileName) const;
  /** `dataSet`: path of the array of lists inside the file, where there are several. */
  void
  Read(const std::string & fileName, const std::string & dataSet = "");

  void
  Initialize() override;
  /** All of another object. */
  void
  Graft(const DataObject * data) override;

protected:
  BraggPeaks() = default;
  ~BraggPeaks() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  /** Number of a position; throws. */
  std::int64_t
  PositionAt(unsigned int column, unsigned int row) const;

  ListsType m_Lists;
};
} // namespace itk

#endif
