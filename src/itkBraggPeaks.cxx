// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkBraggPeaks.h"

#include "fourdstem/BraggVectors.h"

namespace itk
{
void
BraggPeaks::SetLists(ListsType lists)
{
  try
  {
    fourdstem::ValidatePeakLists(lists);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  m_Lists = std::move(lists);
  this->Modified();
}

std::int64_t
BraggPeaks::PositionAt(unsigned int column, unsigned int row) const
{
  if (column >= this->GetNumberOfColumns() || row >= this->GetNumberOfRows())
  {
    itkExceptionMacro(<< "there is no position " << column << ", " << row << ": the scan has "
                      << this->GetNumberOfColumns() << " columns and " << this->GetNumberOfRows() << " rows");
  }
  return row * m_Lists.shape.rx + column;
}

unsigned int
BraggPeaks::GetNumberOfPeaks(unsigned int column, unsigned int row) const
{
  return static_cast<unsigned int>(m_Lists.Count(this->PositionAt(column, row)));
}

BraggPeaks::PeakType
BraggPeaks::GetPeak(unsigned int column, unsigned int row, unsigned int number) const
{
  const std::int64_t position = this->PositionAt(column, row);
  if (number >= m_Lists.Count(position))
  {
    itkExceptionMacro(<< "there is no peak " << number << " at position " << column << ", " << row << ", which has "
                      << m_Lists.Count(position));
  }
  const fourdstem::ListedPeak & peak = m_Lists.Begin(position)[number];
  PeakType                      values;
  values[0] = peak.x;
  values[1] = peak.y;
  values[2] = peak.intensity;
  return values;
}

BraggPeaks::PatternOriginType
BraggPeaks::GetPatternOrigin(unsigned int column, unsigned int row) const
{
  const auto position = static_cast<std::size_t>(this->PositionAt(column, row));
  if (m_Lists.origins.empty())
  {
    itkExceptionMacro(<< "the origins of the patterns are not known");
  }
  PatternOriginType origin;
  origin[0] = static_cast<double>(m_Lists.origins[2 * position]);
  origin[1] = static_cast<double>(m_Lists.origins[2 * position + 1]);
  return origin;
}

void
BraggPeaks::SetPatternOrigins(const std::vector<float> & origins)
{
  ListsType lists = m_Lists;
  lists.origins = origins;
  this->SetLists(std::move(lists));
}

void
BraggPeaks::Write(const std::string & fileName) const
{
  try
  {
    fourdstem::WriteBraggVectors(fileName, m_Lists, true);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< "cannot write peaks: " << error.what());
  }
}

void
BraggPeaks::Read(const std::string & fileName, const std::string & dataSet)
{
  try
  {
    m_Lists = fourdstem::ReadBraggVectors(fileName, dataSet);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  this->Modified();
}

void
BraggPeaks::Initialize()
{
  Superclass::Initialize();
  m_Lists = ListsType();
}

void
BraggPeaks::Graft(const DataObject * data)
{
  if (data == nullptr || data == this)
  {
    return;
  }
  const auto * peaks = dynamic_cast<const Self *>(data);
  if (peaks == nullptr)
  {
    itkExceptionMacro(<< "cannot graft a " << data->GetNameOfClass() << " onto BraggPeaks");
  }
  this->CopyInformation(data);
  m_Lists = peaks->m_Lists;
  this->Modified();
}

void
BraggPeaks::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Scan: " << this->GetNumberOfColumns() << " x " << this->GetNumberOfRows() << std::endl;
  os << indent << "Peaks: " << this->GetNumberOfPeaks() << std::endl;
  os << indent << "HasPatternOrigins: " << (this->GetHasPatternOrigins() ? "On" : "Off") << std::endl;
}
} // namespace itk
