// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"
#include "fourdstem/ScanFile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

class ScanWriterTest : public ::testing::Test
{
protected:
  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }
  std::size_t
  Files() const
  {
    return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(fs::u8path(m_Folder.Path(""))), fs::directory_iterator()));
  }
  static std::string
  Content(const std::string & path)
  {
    return FileContent(fs::u8path(path));
  }

private:
  TemporaryFolder m_Folder;
};

constexpr ScanShape   empadShape{ 2, 3, 128, 128 };
constexpr std::size_t empadPixels = 128 * 128;

std::vector<float>
Counting(std::size_t count)
{
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), -7.5F);
  return values;
}

float
FloatAt(const std::string & bytes, std::size_t offset)
{
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[offset + i]));
  };
  const std::uint32_t word = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  float               value = 0.0F;
  std::memcpy(&value, &word, sizeof(value));
  return value;
}
} // namespace

TEST_F(ScanWriterTest, EmpadFramesHave130Rows)
{
  const auto  patterns = Counting(6 * empadPixels);
  EmpadWriter writer(this->Path("scan.raw"), empadShape, {});
  EXPECT_EQ(writer.RawPath(), this->Path("scan.raw"));
  EXPECT_EQ(writer.XmlPath(), this->Path("scan.xml"));
  writer.Write(patterns.data(), 1);
  writer.Write(patterns.data() + empadPixels, 5);
  EXPECT_FALSE(fs::exists(writer.RawPath()));
  writer.Close();
  EXPECT_EQ(this->Files(), 2U);

  const std::string raw = Content(writer.RawPath());
  ASSERT_EQ(raw.size(), 6U * 66560U);
  for (std::size_t p = 0; p < 6; ++p)
  {
    for (std::size_t i = 0; i < 130 * 128; ++i)
    {
      ASSERT_EQ(FloatAt(raw, p * 66560 + 4 * i), i < empadPixels ? patterns[p * empadPixels + i] : 0.0F);
    }
  }
}

TEST_F(ScanWriterTest, EmpadDescriptionTellsShapeAndUnits)
{
  EmpadDescription description;
  description.name = "a < b & \"c\"";
  description.scanSpacing = 2.0;
  description.detectorSpacing = 0.125;
  description.voltage = 200e3;
  description.cameraLength = 0.75;
  description.exposure = 1.5;
  EmpadWriter writer(this->Path("my scan.xml"), empadShape, description);
  writer.Write(Counting(6 * empadPixels).data(), 6);
  writer.Close();
  const std::string xml = Content(this->Path("my scan.xml"));
  for (const char * part : { "<root name=\"a &lt; b &amp; &quot;c&quot;\">",
                             "<raw_file filename=\"my scan.raw\"/>",
                             "<type>scan</type>",
                             "<pix_x>3</pix_x>",
                             "<pix_y>2</pix_y>",
                             "<scan_parameters mode=\"acquire\">",
                             "<scan_resolution_x>3</scan_resolution_x>",
                             "<optics.get_full_scan_field_of_view>[6e-09, 4e-09]</optics.get_full_scan_field_of_view>",
                             "<calibrated_pixelsize>125000000</calibrated_pixelsize>",
                             "<source.get_voltage>200000</source.get_voltage>",
                             "<optics.get_cameralength>0.75</optics.get_cameralength>",
                             "<exposure_time>1.5</exposure_time>",
                             "<calibrated_diffraction_angle>0.00031349" })
  {
    EXPECT_NE(xml.find(part), std::string::npos) << part << " in " << xml;
  }
}

TEST_F(ScanWriterTest, EmpadDescriptionFromAHeader)
{
  ScanHeader header;
  header.scan = { { 3, 2 }, { 0, 0 }, "nm", "test" };
  header.detector = { { 0.5, 0.5 }, { 0, 0 }, "mrad", "test" };
  EXPECT_EQ(DescribeForEmpad(header).detectorSpacing, 0.0);
  header.metadata = { { "HighVoltage_V", "200000" }, { "CameraLength_m", "0.5" }, { "ExposureTime_ms", "nonsense" } };
  const EmpadDescription description = DescribeForEmpad(header);
  EXPECT_EQ(description.scanSpacing, 2.0);
  EXPECT_EQ(description.scanRowSpacing, 3.0);
  // The wavelength of 200 keV electrons is 2.5079 pm.
  EXPECT_NEAR(description.detectorSpacing, 0.5e-3 / 2.5079e-3, 1e-5);
  EXPECT_EQ(description.cameraLength, 0.5);
  EXPECT_EQ(description.exposure, 0.0);
  header.detector = { { 0.5, 0.25 }, { 0, 0 }, "1/nm", "test" };
  EXPECT_EQ(DescribeForEmpad(header).detectorSpacing, 0.0);

  EmpadDescription about = DescribeForEmpad(header);
  about.provenance = { { "from", "a<b\x01\xff" } };
  EmpadWriter writer(this->Path("scan"), empadShape, about);
  writer.Write(Counting(6 * empadPixels).data(), 6);
  writer.Close();
  EXPECT_NE(
    Content(writer.XmlPath()).find("<provenance><item name=\"from\">a&lt;b \xEF\xBF\xBD</item></provenance></root>"),
    std::string::npos);
  const auto read = OpenScanFile(writer.XmlPath());
  EXPECT_NEAR(read->Header().scan.spacing[0], 3.0, 1e-12);
  EXPECT_NEAR(read->Header().scan.spacing[1], 2.0, 1e-12);
}

TEST_F(ScanWriterTest, NpyOfEveryType)
{
  const ScanShape shape{ 2, 3, 4, 5 };
  const auto      expect = [&](auto zero, const std::string & descr) {
    using T = decltype(zero);
    const auto values = CountingScan<T>(shape);
    NpyWriter  writer(this->Path("scan.npy"), shape, ElementTypeOf<T>(), true);
    EXPECT_EQ(writer.Type(), ElementTypeOf<T>());
    writer.Write(values.data(), 6);
    writer.Close();
    EXPECT_EQ(Content(this->Path("scan.npy")).substr(10, 10 + descr.size()), "{'descr': " + descr);
    EXPECT_EQ(ReadAll<T>(*OpenScanFile(this->Path("scan.npy"))), values);
  };
  expect(std::uint8_t{}, "'|u1'");
  expect(std::int8_t{}, "'|i1'");
  expect(std::uint16_t{}, "'<u2'");
  expect(std::int16_t{}, "'<i2'");
  expect(std::uint32_t{}, "'<u4'");
  expect(std::int32_t{}, "'<i4'");
  expect(std::uint64_t{}, "'<u8'");
  expect(std::int64_t{}, "'<i8'");
  expect(float{}, "'<f4'");
  expect(double{}, "'<f8'");
}

TEST_F(ScanWriterTest, EmpadLeavesUnknownOut)
{
  EmpadWriter writer(this->Path("scan"), empadShape, {});
  writer.Write(Counting(6 * empadPixels).data(), 6);
  writer.Close();
  const std::string xml = Content(writer.XmlPath());
  for (const char * part : { "field_of_view", "pixelsize", "voltage", "cameralength", "diffraction_angle", "exposure" })
  {
    EXPECT_EQ(xml.find(part), std::string::npos) << part;
  }
}

TEST_F(ScanWriterTest, WhatWasWrittenIsRead)
{
  const auto       patterns = Counting(6 * empadPixels);
  EmpadDescription description;
  description.scanSpacing = 2.0;
  description.detectorSpacing = 0.135;
  EmpadWriter empad(this->Path("scan"), empadShape, description);
  empad.Write(patterns.data(), 6);
  empad.Close();
  NpyWriter array(this->Path("scan.npy"), empadShape);
  array.Write(patterns.data(), 6);
  array.Close();
  for (const char * name : { "scan.xml", "scan.raw", "scan.npy" })
  {
    // A .raw alone does not tell the shape of a scan that is not square.
    ScanFileOptions options;
    options.scanShape = std::pair<std::int64_t, std::int64_t>(2, 3);
    const auto file = OpenScanFile(this->Path(name), options);
    ASSERT_EQ(file->Shape(), empadShape) << name;
    ASSERT_EQ(file->Type(), ElementType::Float32);
    PatternLease lease;
    for (std::int64_t p = 0; p < 6; ++p)
    {
      const PatternBlock block = file->Read(p / 3, p % 3, 1, lease);
      for (std::int64_t qy = 0; qy < 128; ++qy)
      {
        const float * written = patterns.data() + (p * 128 + qy) * 128;
        ASSERT_TRUE(std::equal(written, written + 128, block.Row<float>(0, qy))) << name << p << qy;
      }
    }
  }
  const auto file = OpenScanFile(this->Path("scan.xml"));
  EXPECT_NEAR(file->Header().scan.spacing[0], 2.0, 1e-12);
  EXPECT_NEAR(file->Header().scan.spacing[1], 2.0, 1e-12);
  EXPECT_EQ(file->Header().scan.unit, "nm");
  EXPECT_NEAR(file->Header().detector.spacing[0], 0.135, 1e-12);
  EXPECT_EQ(file->Header().detector.unit, "1/nm");
}

TEST_F(ScanWriterTest, NothingIsLeftOfAnUnfinishedScan)
{
  const auto patterns = Counting(6 * empadPixels);
  {
    EmpadWriter writer(this->Path("scan"), empadShape, {});
    writer.Write(patterns.data(), 5);
    EXPECT_THROW(writer.Close(), std::logic_error);
    EXPECT_THROW(writer.Write(patterns.data(), 2), std::out_of_range);
    EXPECT_EQ(this->Files(), 2U);
    NpyWriter array(this->Path("scan.npy"), { 1, 2, 3, 4 });
    EXPECT_THROW(array.Close(), std::logic_error);
    EXPECT_THROW(array.Write(patterns.data(), 3), std::out_of_range);
    EXPECT_EQ(this->Files(), 3U);
  }
  EXPECT_EQ(this->Files(), 0U);
}

TEST_F(ScanWriterTest, ExistingFilesAreKeptUnlessAsked)
{
  const auto patterns = Counting(6 * empadPixels);
  for (const char * name : { "scan.raw", "scan.xml", "scan.npy" })
  {
    std::ofstream(this->Path(name)) << "mine";
    EXPECT_THROW(EmpadWriter(this->Path("scan"), empadShape, {}), std::runtime_error);
  }
  EXPECT_THROW(NpyWriter(this->Path("scan.npy"), { 1, 1, 1, 1 }), std::runtime_error);
  EXPECT_EQ(Content(this->Path("scan.raw")), "mine");
  EXPECT_EQ(this->Files(), 3U);
  EmpadWriter writer(this->Path("scan"), empadShape, {}, true);
  writer.Write(patterns.data(), 6);
  EXPECT_EQ(Content(this->Path("scan.raw")), "mine");
  writer.Close();
  EXPECT_EQ(Content(this->Path("scan.raw")).size(), 6U * 66560U);
  EXPECT_EQ(this->Files(), 3U);
}

TEST_F(ScanWriterTest, WrongShapesAndPlaces)
{
  EXPECT_THROW(EmpadWriter(this->Path("scan"), { 2, 3, 128, 130 }, {}), std::invalid_argument);
  EXPECT_THROW(EmpadWriter(this->Path("scan"), { 0, 3, 128, 128 }, {}), std::invalid_argument);
  EXPECT_THROW(NpyWriter(this->Path("scan.npy"), { 2, 3, 0, 5 }), std::invalid_argument);
  EXPECT_THROW(NpyWriter(this->Path("no/such/folder.npy"), { 2, 3, 4, 5 }), std::runtime_error);
  fs::create_directories(this->Path("folder.npy"));
  EXPECT_THROW(NpyWriter(this->Path("folder.npy"), { 2, 3, 4, 5 }, ElementType::Float32, true), std::runtime_error);
  EXPECT_EQ(this->Files(), 1U);
}

TEST_F(ScanWriterTest, BothFilesAppearOrNone)
{
  const auto patterns = Counting(6 * empadPixels);
  {
    EmpadWriter writer(this->Path("scan"), empadShape, {});
    writer.Write(patterns.data(), 6);
    fs::create_directories(this->Path("scan.xml"));
    EXPECT_THROW(writer.Close(), std::runtime_error);
  }
  EXPECT_FALSE(fs::exists(this->Path("scan.raw")));
  EXPECT_EQ(this->Files(), 1U);
}

TEST_F(ScanWriterTest, CanBeMoved)
{
  const auto patterns = Counting(6 * empadPixels);
  auto       first = std::make_unique<EmpadWriter>(this->Path("scan"), empadShape, EmpadDescription{});
  first->Write(patterns.data(), 2);
  EmpadWriter second(std::move(*first));
  first.reset();
  second.Write(patterns.data(), 4);
  second.Close();
  EXPECT_EQ(Content(this->Path("scan.raw")).size(), 6U * 66560U);
}

TEST_F(ScanWriterTest, NpyBytes)
{
  const ScanShape shape{ 2, 3, 4, 5 };
  const auto      patterns = Counting(2 * 3 * 4 * 5);
  NpyWriter       writer(this->Path("scan.npy"), shape);
  writer.Write(patterns.data(), 2);
  writer.Write(patterns.data() + 40, 4);
  writer.Close();
  const std::string bytes = Content(this->Path("scan.npy"));
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  EXPECT_EQ((10 + length) % 64, 0U);
  EXPECT_EQ(bytes.substr(10, 65), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4, 5), }");
  EXPECT_EQ(bytes[10 + length - 1], '\n');
  ASSERT_EQ(bytes.size(), 10 + length + 4 * patterns.size());
  for (std::size_t i = 0; i < patterns.size(); ++i)
  {
    EXPECT_EQ(FloatAt(bytes, 10 + length + 4 * i), patterns[i]);
  }
}

#ifndef _WIN32
TEST_F(ScanWriterTest, FullDiskIsAnErrorThatLeavesNothing)
{
  const auto  patterns = Counting(6 * empadPixels);
  std::string message;
  try
  {
    const FileSizeLimit limit(200000);
    EmpadWriter         writer(this->Path("scan"), empadShape, {});
    writer.Write(patterns.data(), 6);
    writer.Close();
  }
  catch (const std::runtime_error & error)
  {
    message = error.what();
  }
  EXPECT_NE(message.find("scan.raw: File too large"), std::string::npos) << message;
  EXPECT_EQ(this->Files(), 0U);
}
#endif
