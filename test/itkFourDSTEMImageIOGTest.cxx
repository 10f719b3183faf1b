// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkFourDSTEMImageIO.h"
#include "itkFourDSTEMImageIOFactory.h"

#include "Hdf5Fixtures.h"
#include "MrcFixtures.h"
#include "ScanFixtures.h"

#include "itkImageFileReader.h"
#include "itkMetaDataObject.h"
#include "itkMultiThreaderBase.h"
#include "itkVersion.h"

namespace itk
{
// What ITK's generated code declares and calls.
void
FourDSTEMImageIOFactoryRegister__Private(); // NOLINT(bugprone-reserved-identifier,readability-redundant-declaration)
} // namespace itk

namespace
{
using Image = itk::Image<std::uint16_t, 4>;
using Reader = itk::ImageFileReader<Image>;

const fourdstem::ScanShape Shape{ 5, 3, 6, 4 };

class FourDSTEMImageIO : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Io->SetRawDescription("uint16", false, 5, 3, 6, 4);
    m_Reader->SetImageIO(m_Io);
    m_Reader->SetFileName(m_Path);
  }

  TemporaryFolder                m_Folder;
  std::vector<std::uint16_t>     m_Counts = CountingScan<std::uint16_t>(Shape);
  std::string                    m_Path = m_Folder.Write("scan.bin", BytesOf(m_Counts));
  itk::FourDSTEMImageIO::Pointer m_Io = itk::FourDSTEMImageIO::New();
  Reader::Pointer                m_Reader = Reader::New();
};

TEST_F(FourDSTEMImageIO, ReadsWholeScanWithIndexQxQyRxRy)
{
  m_Io->SetScanSpacing(0.5);
  m_Io->SetDetectorSpacing(0.02, "1/nm");
  m_Reader->Update();
  const Image * image = m_Reader->GetOutput();

  const Image::SizeType size = { { 4, 6, 3, 5 } };
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(), size);
  EXPECT_TRUE(std::equal(m_Counts.begin(), m_Counts.end(), image->GetBufferPointer()));
  EXPECT_EQ(image->GetPixel({ { 1, 2, 2, 4 } }), m_Counts[((4 * 3 + 2) * 6 + 2) * 4 + 1]);
  EXPECT_EQ(image->GetSpacing()[0], 0.02);
  EXPECT_EQ(image->GetSpacing()[3], 0.5);
  EXPECT_EQ(image->GetOrigin()[2], 0.0);

  std::string unit;
  EXPECT_TRUE(itk::ExposeMetaData(image->GetMetaDataDictionary(), "FourDSTEM_DetectorUnit", unit));
  EXPECT_EQ(unit, "1/nm");
  EXPECT_TRUE(itk::ExposeMetaData(image->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", unit));
  EXPECT_EQ(unit, "nm");
}

TEST_F(FourDSTEMImageIO, StreamsWholeScanRowsOnly)
{
  m_Reader->UpdateOutputInformation();
  Image::RegionType region;
  region.SetIndex({ { 1, 2, 1, 3 } });
  region.SetSize({ { 2, 2, 1, 2 } });
  m_Reader->GetOutput()->SetRequestedRegion(region);
  m_Reader->Update();

  const Image::SizeType size = { { 4, 6, 3, 2 } };
  EXPECT_EQ(m_Reader->GetOutput()->GetBufferedRegion().GetSize(), size);
  EXPECT_EQ(m_Reader->GetOutput()->GetBufferedRegion().GetIndex()[3], 3);
  EXPECT_TRUE(std::equal(m_Counts.begin() + 3 * 3 * 24, m_Counts.end(), m_Reader->GetOutput()->GetBufferPointer()));
}

TEST_F(FourDSTEMImageIO, StreamedInPartsIsTheWhole)
{
  for (const unsigned int rows : { 1U, 2U, 3U })
  {
    std::vector<std::uint16_t> gathered;
    for (unsigned int row = 0; row < 5; row += rows)
    {
      m_Reader->UpdateOutputInformation();
      Image::RegionType region = m_Reader->GetOutput()->GetLargestPossibleRegion();
      region.SetIndex(3, row);
      region.SetSize(3, std::min(rows, 5 - row));
      m_Reader->GetOutput()->SetRequestedRegion(region);
      m_Reader->Update();
      const auto * pixels = m_Reader->GetOutput()->GetBufferPointer();
      gathered.insert(gathered.end(), pixels, pixels + region.GetNumberOfPixels());
    }
    EXPECT_EQ(gathered, m_Counts);
  }
}

TEST_F(FourDSTEMImageIO, AnEmptyRequestReadsNothingButGivesThePatterns)
{
  m_Reader->UpdateOutputInformation();
  m_Reader->GetOutput()->SetRequestedRegion(Image::RegionType());
  m_Reader->GetOutput()->PropagateRequestedRegion();
  m_Reader->GetOutput()->UpdateOutputData();

  EXPECT_EQ(m_Reader->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0U);
  ASSERT_NE(m_Io->GetPatternSource(), nullptr);
  EXPECT_EQ(ReadAll<std::uint16_t>(*m_Io->GetPatternSource()), m_Counts);
}

TEST_F(FourDSTEMImageIO, ARowThatCannotBeDecodedIsAnErrorWithAnyNumberOfThreads)
{
  const std::string path = m_Folder.Path("torn.h5");
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 5, 3, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, m_Counts.data(), { 1, 3, 6, 4 }, 4);
    const hid_t   dataSet = H5Dopen2(file.Id(), "/data", H5P_DEFAULT);
    const hsize_t lastRow[] = { 4, 0, 0, 0 };
    const char    rubbish[] = "this is not compressed";
    H5Dwrite_chunk(dataSet, H5P_DEFAULT, 0, lastRow, sizeof(rubbish), rubbish);
    H5Dclose(dataSet);
  }
  const auto usual = itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads();
  for (const unsigned int threads : { 1U, 2U, 4U, 16U })
  {
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(threads);
    const auto reader = Reader::New();
    reader->SetImageIO(itk::FourDSTEMImageIO::New());
    reader->SetFileName(path);
    try
    {
      reader->Update();
      ADD_FAILURE() << "a torn row was read by " << threads << " threads";
    }
    catch (const itk::ExceptionObject & error)
    {
      ExpectMentions(error.GetDescription(), { "torn.h5", "/data", "cannot be decoded" });
    }
  }
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(usual);
}

TEST_F(FourDSTEMImageIO, ConvertsToTheReadersPixelType)
{
  auto reader = itk::ImageFileReader<itk::Image<float, 4>>::New();
  reader->SetImageIO(m_Io);
  reader->SetFileName(m_Path);
  reader->Update();
  EXPECT_TRUE(std::equal(m_Counts.begin(), m_Counts.end(), reader->GetOutput()->GetBufferPointer()));
}

TEST_F(FourDSTEMImageIO, ReadsPartsOfPatternsWhenAskedDirectly)
{
  m_Io->SetFileName(m_Path);
  m_Io->ReadImageInformation();
  itk::ImageIORegion region(4);
  const unsigned     index[] = { 1, 2, 1, 3 };
  const unsigned     size[] = { 3, 2, 2, 1 };
  for (unsigned axis = 0; axis < 4; ++axis)
  {
    region.SetIndex(axis, index[axis]);
    region.SetSize(axis, size[axis]);
  }
  std::vector<std::uint16_t> part(12);
  m_Io->SetIORegion(region);
  m_Io->Read(part.data());
  EXPECT_EQ(part.front(), m_Counts[((3 * 3 + 1) * 6 + 2) * 4 + 1]);
  EXPECT_EQ(part.back(), m_Counts[((3 * 3 + 2) * 6 + 3) * 4 + 3]);
}

TEST_F(FourDSTEMImageIO, OptionsAreAppliedAndRecorded)
{
  m_Io->SetFlips(true, false, false, false);
  m_Io->SetTransposeDetector(true);
  m_Io->SetScanRegion(1, 0, 2, 3);
  m_Reader->Update();

  const Image::SizeType size = { { 6, 4, 3, 2 } };
  EXPECT_EQ(m_Reader->GetOutput()->GetLargestPossibleRegion().GetSize(), size);
  EXPECT_EQ(m_Reader->GetOutput()->GetPixel({ { 2, 0, 1, 0 } }), m_Counts[((1 * 3 + 1) * 6 + 2) * 4 + 3]);
  std::string reading;
  EXPECT_TRUE(itk::ExposeMetaData(m_Reader->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_Reading", reading));
  ExpectMentions(reading, { "exchanged", "flipped", "2 x 3" });
}

TEST_F(FourDSTEMImageIO, OptionsMayBeGivenAtOnce)
{
  fourdstem::ScanFileOptions options = m_Io->GetOptions();
  options.raw->shape = { 0, 0, 6, 4 };
  m_Io->SetOptions(options);
  m_Io->SetScanShape(3, 5);
  EXPECT_EQ(m_Io->GetHeader(), nullptr);
  m_Reader->Update();
  ASSERT_NE(m_Io->GetHeader(), nullptr);
  EXPECT_EQ(m_Io->GetHeader()->shapeSource, "option");
  EXPECT_EQ(m_Reader->GetOutput()->GetLargestPossibleRegion().GetSize()[2], 5U);

  m_Io->SetDataSet("/entry/data");
  const auto again = Reader::New();
  again->SetImageIO(m_Io);
  again->SetFileName(m_Path);
  EXPECT_THROW(again->Update(), itk::ExceptionObject);
}

TEST_F(FourDSTEMImageIO, AFileThatIsCutOffWhileStreamedIsAnException)
{
  m_Reader->UpdateOutputInformation();
  std::filesystem::resize_file(std::filesystem::u8path(m_Path), 100);
  EXPECT_THROW(m_Reader->Update(), itk::ExceptionObject);
}

TEST_F(FourDSTEMImageIO, ErrorsNameTheFile)
{
  m_Io->SetRawDescription("uint16", false, 5, 4, 6, 4);
  try
  {
    m_Reader->Update();
    FAIL() << "a wrong shape was accepted";
  }
  catch (const itk::ExceptionObject & error)
  {
    ExpectMentions(error.what(), { "scan.bin", "15 patterns", "5 x 4" });
  }
}

TEST_F(FourDSTEMImageIO, FactoryFindsItForItsFilesOnly)
{
  itk::FourDSTEMImageIOFactoryRegister__Private();
  itk::FourDSTEMImageIOFactoryRegister__Private();
  const auto factory = itk::FourDSTEMImageIOFactory::New();
  EXPECT_STREQ(factory->GetITKSourceVersion(), ITK_SOURCE_VERSION);
  ExpectMentions(factory->GetDescription(), { "4D-STEM" });
  const auto ioFor = [](const std::string & path) {
    const auto io = itk::ImageIOFactory::CreateImageIO(path.c_str(), itk::ImageIOFactory::IOFileModeEnum::ReadMode);
    return io ? std::string(io->GetNameOfClass()) : std::string();
  };
  EXPECT_EQ(ioFor(m_Folder.Write("frames.raw", std::string(66560 * 2, '\0'))), "FourDSTEMImageIO");
  EXPECT_EQ(ioFor(m_Folder.Write("volume.raw", std::string(66561, '\0'))), "");
  EXPECT_EQ(ioFor(m_Folder.Write("image.hdr", "ENVI")), "");
  EXPECT_EQ(ioFor(m_Folder.Write("plan.xml", "<?xml version='1.0'?><plan/>")), "");
  MrcWriter mrc(6, 2, 3, 4);
  EXPECT_NE(ioFor(m_Folder.Write("volume.mrc", mrc.Bytes(std::string(48, '\1')))), "FourDSTEMImageIO");
  m_Folder.Write("volume_info.txt", "Scan - Enable = On");
  EXPECT_EQ(ioFor(m_Folder.Path("volume.mrc")), "FourDSTEMImageIO");
  EXPECT_EQ(ioFor(m_Folder.Write("scan.blo", "IMGBLO")), "FourDSTEMImageIO");
  EXPECT_EQ(ioFor(m_Folder.Path("missing.raw")), "");
  EXPECT_EQ(ioFor(m_Folder.Path("")), "");
}

TEST_F(FourDSTEMImageIO, OnlyReads)
{
  EXPECT_FALSE(m_Io->CanWriteFile("out.npy"));
  EXPECT_TRUE(m_Io->CanStreamRead());
  EXPECT_TRUE(m_Io->SupportsDimension(4));
  EXPECT_FALSE(m_Io->SupportsDimension(3));
  EXPECT_THROW(m_Io->Write(nullptr), itk::ExceptionObject);
  std::ostringstream text;
  m_Io->Print(text);
  ExpectMentions(text.str(), { "TransposeDetector: 0", "Format: (none open)" });
}
} // namespace
