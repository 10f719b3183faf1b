// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Emd1Writer_h
#define fourdstem_Emd1Writer_h

#include "fourdstem/ScanFile.h"
#include "fourdstem/ScanWriter.h"

#include <memory>

namespace fourdstem
{
/** How the array is divided into HDF5 chunks, each of which is read, and decompressed, as a whole. */
enum class Emd1Chunks : std::uint8_t
{
  /** A pattern each. */
  Frames,
  /** Squares of up to 32 x 32 detector pixels over 16 scan columns, and over as many scan rows, at most 16, as fit into
   * 32 MiB: for parts of the detector at many positions. */
  Blocks
};

struct Emd1Options
{
  Emd1Chunks chunks = Emd1Chunks::Frames;
  /** HDF5's own filters shuffle and deflate, which every reader of HDF5 has. */
  bool isCompressed = false;
  bool overwrite = false;
  /** Threads that compress; 0: all that the machine has. The file does not depend on them. */
  int threads = 0;
};

/** \brief Writes a scan as py4DSTEM 0.14 does: HDF5 in EMD 1.0, a DataCube `/datacube_root/datacube` with `data` in C
 * order (Ry, Rx, Qy, Qx), which py4DSTEM calls Rx, Ry, Qx, Qy, little-endian.
 *
 * Of the header are written: calibration of scan (nm) and detector (1/nm as 1/Angstrom, or mrad) into the `calibration`
 * group and dim0 to dim3, the group without a pixel size where rows and columns have different ones, since it holds one
 * only; the origin as qx0 and qy0 where the detector's offset is not 0; metadata and notes. `provenance` goes beside
 * them. Memory is about 32 MiB, or 16 patterns where these are larger. */
class FourDSTEM_EXPORT Emd1Writer : public ScanWriter
{
public:
  /** Begins the file `path` (UTF-8) for a scan of header.shape. Throws std::invalid_argument for an extent below 1,
   * std::runtime_error with the file's name and the reason when it exists (unless options.overwrite) or cannot be
   * created. */
  Emd1Writer(const std::string & path,
             const ScanHeader &  header,
             ElementType         type,
             const Emd1Options & options = {},
             const Provenance &  provenance = {});
  ~Emd1Writer() override;

protected:
  void
  DoWrite(const void * patterns, std::int64_t count) override;
  void
  DoClose() override;

private:
  struct Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace fourdstem

#endif
