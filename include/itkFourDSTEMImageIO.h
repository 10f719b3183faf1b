// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMImageIO_h
#define itkFourDSTEMImageIO_h

#include "fourdstem/ScanFile.h"
#include "itkFourDSTEMMacro.h"

#include "itkImageIOBase.h"

#include <memory>
#include <string>

namespace itk
{
/** \class FourDSTEMImageIO
 * \brief Reads 4D-STEM files: NanoMEGAS .blo, Gatan .dm3 and .dm4, EMPAD .raw and .xml, Merlin .mib and .hdr, TVIPS
 * .tvips, TIA .ser, StreamPix .seq, NumPy .npy, HDF5 (py4DSTEM's EMD 1.0, or with one data set of rank 4), MRC stacks,
 * headerless files with a description.
 *
 * The image has index [Qx, Qy, Rx, Ry]: detector columns and rows, scan columns and rows. Spacing is in nm along the
 * scan, in 1/nm or mrad on the detector, 1 where the file says nothing; the units are in the metadata keys
 * "FourDSTEM_ScanUnit" and "FourDSTEM_DetectorUnit" ("px" for nothing). The origin is the file's offset, mostly 0.
 *
 * It streams by whole scan rows. Other keys, all strings: "FourDSTEM_Format", "FourDSTEM_StoredType",
 * "FourDSTEM_ScanShapeSource", "FourDSTEM_ScanCalibrationSource", "FourDSTEM_DetectorCalibrationSource",
 * "FourDSTEM_Reading" (flips and whatever else was done on reading, in sentences), and "FourDSTEM_" before each name of
 * fourdstem::ScanHeader::metadata.
 *
 * What does not follow from the file is an exception which lists the possibilities; the setters here answer it. A .raw
 * is taken for an EMPAD file when its size is a multiple of the detector's record, and for anything else only after
 * SetRawDescription. An MRC stack is taken for a scan after SetScanShape, or beside Direct Electron's info file of a
 * scan. Files of ITK's other readers are not claimed. It does not write.
 *
 * \ingroup FourDSTEM
 * \ingroup IOFilters
 */
class FourDSTEM_EXPORT FourDSTEMImageIO : public ImageIOBase
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(FourDSTEMImageIO);

  using Self = FourDSTEMImageIO;
  using Superclass = ImageIOBase;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(FourDSTEMImageIO, ImageIOBase);

  /** Scan rows and columns, for files that do not say them or say them wrongly. */
  void
  SetScanShape(SizeValueType rows, SizeValueType columns);

  /** Path of the data set, where an HDF5 file has several. Default: empty, the only one. */
  void
  SetDataSet(const std::string & path);

  /** Only the positions of this rectangle, counted after flips. Default: all. */
  void
  SetScanRegion(SizeValueType row, SizeValueType column, SizeValueType rows, SizeValueType columns);

  /** Layout of a headerless file: NumPy's name of the type ("uint16"), byte order, extents of scan and detector, bytes
   * before the first pattern, before each pattern and after it. Then any file is read as this. */
  void
  SetRawDescription(const std::string & type,
                    bool                bigEndian,
                    SizeValueType       scanRows,
                    SizeValueType       scanColumns,
                    SizeValueType       detectorRows,
                    SizeValueType       detectorColumns,
                    SizeValueType       fileHeader = 0,
                    SizeValueType       frameHeader = 0,
                    SizeValueType       frameFooter = 0);

  /** Exchanges detector rows and columns, before the flips. Default: false. */
  void
  SetTransposeDetector(bool exchange);

  /** Flips along detector rows, detector columns, scan rows, scan columns. Default: none. */
  void
  SetFlips(bool detectorRows, bool detectorColumns, bool scanRows, bool scanColumns);

  /** Leaves detector rows in the order of the file where its format is turned over on reading, which are Merlin and
   * TIA. Default: false. */
  void
  SetNoFlip(bool keep);

  /** Reads the data files of a Dectris master also where its links lead out of its folder. Default: false, refused. */
  void
  SetAllowOutsideLinks(bool allow);

  /** Reads the whole scan rows of a file that holds less than it promises: cut off, still being written, or of a scan
   * that was interrupted. Default: false, refused. */
  void
  SetAllowTruncated(bool allow);

  /** Distance of positions in nm, in place of the file's. */
  void
  SetScanSpacing(double spacing);

  /** Distance of detector pixels in "1/nm", "mrad" or "px", in place of the file's. */
  void
  SetDetectorSpacing(double spacing, const std::string & unit);

  /** All options at once. */
  void
  SetOptions(const fourdstem::ScanFileOptions & options);
  const fourdstem::ScanFileOptions &
  GetOptions() const
  {
    return m_Options;
  }

  /** The patterns of the file that ReadImageInformation opened, for kernels which read them where they lie; null
   * before. It stays good when this object goes on to another file. */
  std::shared_ptr<const fourdstem::PatternSource>
  GetPatternSource() const;

  /** The header of that file, null before. */
  const fourdstem::ScanHeader *
  GetHeader() const;

  bool
  SupportsDimension(unsigned long dimension) override;
  bool
  CanReadFile(const char * fileName) override;
  void
  ReadImageInformation() override;
  void
  Read(void * buffer) override;
  bool
  CanStreamRead() override;

  /** Whole scan rows. */
  ImageIORegion
  GenerateStreamableReadRegionFromRequestedRegion(const ImageIORegion & requested) const override;

  /** False: this class only reads. */
  bool
  CanWriteFile(const char * fileName) override;
  void
  WriteImageInformation() override;
  void
  Write(const void * buffer) override;

protected:
  FourDSTEMImageIO();
  ~FourDSTEMImageIO() override = default;

  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  void
  DescribeImage();

  fourdstem::ScanFileOptions                 m_Options;
  std::shared_ptr<const fourdstem::ScanFile> m_Scan;
};
} // namespace itk

#endif
