// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMPatternInput_h
#define itkFourDSTEMPatternInput_h

#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"
#include "fourdstem/Statistics.h"

#include "itkFourDSTEMImageIO.h"
#include "itkFourDSTEMScanRows.h"

#include "itkImageFileReader.h"
#include "itkMultiThreaderBase.h"
#include "itkProcessObject.h"

#include <algorithm>
#include <memory>

namespace itk
{
/** \class FourDSTEMPatternInput
 * \brief The patterns of a filter's 4-D input as kernels read them.
 *
 * In GenerateInputRequestedRegion a filter says which scan rows it needs (Request); in GenerateData it makes an object
 * of this class on its input and hands GetSource() to the kernel. Scan rows count from 0 at the start of the largest
 * possible region, whatever its index is.
 *
 * Where the input comes straight from an ImageFileReader with FourDSTEMImageIO, and has the file's own pixel type, its
 * patterns are read from the file while the kernel runs: the input image stays empty.
 * Otherwise they are in the image's buffer. Results do not depend on it.
 *
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class FourDSTEMPatternInput
{
public:
  static_assert(TInputImage::ImageDimension == 4, "patterns come from images [Qx, Qy, Rx, Ry]");

  using RegionType = typename TInputImage::RegionType;

  /** Extents of the whole scan. */
  static fourdstem::ScanShape
  GetShape(const TInputImage * input)
  {
    const auto & size = input->GetLargestPossibleRegion().GetSize();
    return { static_cast<std::int64_t>(size[3]),
             static_cast<std::int64_t>(size[2]),
             static_cast<std::int64_t>(size[1]),
             static_cast<std::int64_t>(size[0]) };
  }

  /** Asks the input's pipeline for scan rows [firstRow, firstRow + rows). */
  static void
  Request(TInputImage * input, std::int64_t firstRow, std::int64_t rows)
  {
    RegionType region = input->GetLargestPossibleRegion();
    region.SetIndex(3, region.GetIndex(3) + static_cast<IndexValueType>(firstRow));
    region.SetSize(3, static_cast<SizeValueType>(rows));
    if (IsDirect(input) && !input->GetBufferedRegion().IsInside(region))
    {
      // An empty region is never read.
      region.SetSize(typename RegionType::SizeType{});
    }
    input->SetRequestedRegion(region);
  }

  /** Whether patterns come from the file rather than from the image's buffer. */
  static bool
  IsDirect(const TInputImage * input)
  {
    return GetFileSource(input) != nullptr;
  }

  /** In how many pieces of whole scan rows the input is asked for where `divisions` are wanted; 0: pieces of at most
   * 256 MiB, or one if patterns are read straight from the file. At least 1. */
  static std::int64_t
  GetNumberOfPieces(const TInputImage * input, unsigned int divisions)
  {
    const fourdstem::ScanShape shape = GetShape(input);
    if (divisions == 0 && IsDirect(input))
    {
      return 1;
    }
    constexpr std::int64_t pieceBytes = std::int64_t{ 256 } << 20;
    const auto             rowBytes =
      shape.rx * shape.PatternPixels() * static_cast<std::int64_t>(sizeof(typename TInputImage::PixelType));
    const std::int64_t rowsAPiece = std::max<std::int64_t>(1, pieceBytes / std::max<std::int64_t>(rowBytes, 1));
    const std::int64_t pieces =
      divisions == 0 ? (shape.ry + rowsAPiece - 1) / rowsAPiece : std::min<std::int64_t>(divisions, shape.ry);
    return std::max<std::int64_t>(pieces, 1);
  }

  /** Scan rows of piece number `piece`. */
  static FourDSTEMRowRange
  GetRowsOfPiece(const TInputImage * input, unsigned int divisions, std::int64_t piece)
  {
    const std::int64_t rows = GetShape(input).ry;
    const std::int64_t pieces = GetNumberOfPieces(input, divisions);
    const std::int64_t first = rows * piece / pieces;
    return { first, rows * (piece + 1) / pieces - first };
  }

  /** Scan rows that EstimateProbe reads: fourdstem::ProbeRowStep. */
  static std::int64_t
  CountProbeRows(const TInputImage * input)
  {
    const std::int64_t step = fourdstem::ProbeRowStep(GetShape(input));
    return (GetShape(input).ry + step - 1) / step;
  }

  /** The probe in the mean pattern of some scan rows, evenly spread, which are asked of the input's pipeline one by
   * one. To be called before Request, within RunFourDSTEMKernel. `lowest` as in fourdstem::OriginSearch. */
  static fourdstem::Probe
  EstimateProbe(TInputImage * input, float lowest, const fourdstem::Execution & execution)
  {
    const fourdstem::ScanShape shape = GetShape(input);
    const std::int64_t         step = fourdstem::ProbeRowStep(GetShape(input));
    const auto                 file = GetFileSource(input);
    if (file && !input->GetBufferedRegion().IsInside(input->GetLargestPossibleRegion()))
    {
      const auto mean = fourdstem::MeanPattern(*file, step, execution, lowest);
      return fourdstem::EstimateProbe(mean.data(), shape.qy, shape.qx);
    }
    fourdstem::PatternSums       sums(shape, fourdstem::Deviation::Global);
    fourdstem::StatisticsOptions options;
    options.lowest = lowest;
    for (std::int64_t row = 0; row < shape.ry; row += step)
    {
      const auto done = [&](std::int64_t end) {
        return std::min(1., static_cast<double>(end) / static_cast<double>(shape.ry));
      };
      Request(input, row, 1);
      input->PropagateRequestedRegion();
      input->UpdateOutputData();
      fourdstem::AddPatterns(FourDSTEMPatternInput(input).GetSource(),
                             row,
                             1,
                             options,
                             nullptr,
                             sums,
                             { execution.threads, execution.monitor.Part(done(row), done(row + step)) });
    }
    return fourdstem::EstimateProbe(sums.Mean().data(), shape.qy, shape.qx);
  }

  /** Patterns of an input whose requested rows are up to date. It must outlive this object. Throws where rows that are
   * not in its buffer cannot be had, as its source is gone. */
  explicit FourDSTEMPatternInput(const TInputImage * input)
  {
    if (input->GetRequestedRegion().GetNumberOfPixels() == 0)
    {
      m_Source = GetFileSource(input);
    }
    if (m_Source)
    {
      return;
    }
    const RegionType & buffered = input->GetBufferedRegion();
    if (!buffered.IsInside(input->GetRequestedRegion()))
    {
      itkGenericExceptionMacro("the scan is not in memory, and its reader is gone. Keep the reader as long as the "
                               "pipeline, or take results out of it by DisconnectPipeline()");
    }
    const auto firstRow = buffered.GetIndex(3) - input->GetLargestPossibleRegion().GetIndex(3);
    m_Source =
      std::make_shared<fourdstem::MemoryPatternSource>(input->GetBufferPointer(),
                                                       fourdstem::ElementTypeOf<typename TInputImage::PixelType>(),
                                                       GetShape(input),
                                                       static_cast<std::int64_t>(firstRow),
                                                       static_cast<std::int64_t>(buffered.GetSize(3)));
  }

  const fourdstem::PatternSource &
  GetSource() const
  {
    return *m_Source;
  }

private:
  /** The file's patterns if they are those of the image, else null. */
  static std::shared_ptr<const fourdstem::PatternSource>
  GetFileSource(const TInputImage * input)
  {
    const auto   producer = input->GetSource();
    const auto * reader = dynamic_cast<const ImageFileReader<TInputImage> *>(producer.GetPointer());
    const auto * io = reader ? dynamic_cast<const FourDSTEMImageIO *>(reader->GetImageIO()) : nullptr;
    auto         source = io ? io->GetPatternSource() : nullptr;
    const bool   fits = source && source->Type() == fourdstem::ElementTypeOf<typename TInputImage::PixelType>() &&
                      source->Shape() == GetShape(input);
    return fits ? source : nullptr;
  }

  std::shared_ptr<const fourdstem::PatternSource> m_Source;
};

/** Runs `kernel(const fourdstem::Execution &)` for `filter`: with its work units, but no more threads than its
 * multi-threader may use; its progress goes from `begin` to `end`; AbortGenerateData stops it by ProcessAborted, and
 * what it throws becomes an ExceptionObject. The filter's constructor calls ThreaderUpdateProgressOff(). */
template <typename TKernel>
void
RunFourDSTEMKernel(ProcessObject * filter, TKernel && kernel, float begin = 0.f, float end = 1.f)
{
  fourdstem::Execution execution;
  execution.threads = static_cast<int>(
    std::min<ThreadIdType>(filter->GetNumberOfWorkUnits(), filter->GetMultiThreader()->GetMaximumNumberOfThreads()));
  execution.monitor.report = [filter, begin, end](double done) {
    filter->UpdateProgress(begin + (end - begin) * static_cast<float>(done));
    return !filter->GetAbortGenerateData();
  };
  try
  {
    kernel(static_cast<const fourdstem::Execution &>(execution));
  }
  catch (const fourdstem::Aborted &)
  {
    throw ProcessAborted(__FILE__, __LINE__);
  }
  catch (const ExceptionObject &)
  {
    throw;
  }
  catch (const std::bad_alloc &)
  {
    throw;
  }
  catch (const std::exception & error)
  {
    itkGenericExceptionMacro(<< filter->GetNameOfClass() << ": " << error.what());
  }
}

/** What a StreamingProcessObject that was asked to stop does after its last piece: between two pieces the superclass
 * stops without saying so. */
inline void
ThrowIfFourDSTEMAborted(ProcessObject * filter)
{
  if (filter->GetAbortGenerateData())
  {
    filter->InvokeEvent(AbortEvent());
    filter->ResetPipeline();
    throw ProcessAborted(__FILE__, __LINE__);
  }
}
} // namespace itk

#endif
