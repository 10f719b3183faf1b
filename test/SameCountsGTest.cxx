// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"
#include "ScanFixtures.h"

#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"
#include "itkFourDSTEMImageIO.h"

#include "itkImageFileReader.h"

namespace
{
const fourdstem::ScanShape Shape{ 4, 3, 128, 128 };

/** The image that ITK reads from the file, in so many pieces of scan rows. */
std::vector<float>
ReadStreamed(const std::string & path, unsigned int pieces)
{
  using Image = itk::Image<float, 4>;
  const auto reader = itk::ImageFileReader<Image>::New();
  reader->SetImageIO(itk::FourDSTEMImageIO::New());
  reader->SetFileName(path);
  reader->UpdateOutputInformation();
  std::vector<float> pixels;
  for (unsigned int piece = 0; piece < pieces; ++piece)
  {
    Image::RegionType  region = reader->GetOutput()->GetLargestPossibleRegion();
    const unsigned int begin = 4 * piece / pieces;
    region.SetIndex(3, begin);
    region.SetSize(3, 4 * (piece + 1) / pieces - begin);
    reader->GetOutput()->SetRequestedRegion(region);
    reader->Update();
    const float * buffer = reader->GetOutput()->GetBufferPointer();
    pixels.insert(pixels.end(), buffer, buffer + region.GetNumberOfPixels());
  }
  return pixels;
}

TEST(SameCounts, ComeFromEveryFormatWholeOrStreamed)
{
  const TemporaryFolder folder;
  auto                  counts = CountingScan<float>(Shape);
  counts[5] = -3.25F;
  {
    fourdstem::EmpadWriter empad(folder.Path("scan"), Shape, {});
    empad.Write(counts.data(), 12);
    empad.Close();
    fourdstem::NpyWriter npy(folder.Path("scan.npy"), Shape);
    npy.Write(counts.data(), 12);
    npy.Close();
    for (const bool isCompressed : { false, true })
    {
      const Hdf5TestFile file(folder.Path(isCompressed ? "chunks.h5" : "flat.h5"));
      file.Array("/scan",
                 { 4, 3, 128, 128 },
                 H5T_IEEE_F32LE,
                 H5T_NATIVE_FLOAT,
                 counts.data(),
                 isCompressed ? std::vector<hsize_t>{ 3, 2, 64, 128 } : std::vector<hsize_t>{},
                 isCompressed ? 1 : 0);
    }
  }
  for (const char * name : { "scan.xml", "scan.npy", "flat.h5", "chunks.h5" })
  {
    EXPECT_EQ(ReadAll<float>(*fourdstem::OpenScanFile(folder.Path(name))), counts) << name;
    for (const unsigned int pieces : { 1U, 3U, 4U })
    {
      EXPECT_EQ(ReadStreamed(folder.Path(name), pieces), counts) << name << " in " << pieces;
    }
  }
}
} // namespace
