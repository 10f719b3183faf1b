// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanFixtures.h"

#include "fourdstem/ProcessedScan.h"

#include <gtest/gtest.h>

namespace
{
using namespace fourdstem;

class Calibrated : public ScanFile
{
public:
  explicit Calibrated(const ScanHeader & header)
    : ScanFile(header, ElementType::UInt16)
    , m_Values(CountingScan<std::uint16_t>(header.shape))
    , m_Patterns(m_Values.data(), header.shape)
  {}

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    return m_Patterns.Read(ry, rx, count, lease);
  }

private:
  std::vector<std::uint16_t> m_Values;
  MemoryPatternSource        m_Patterns;
};

std::shared_ptr<const ScanFile>
MakeScan(bool isCalibrated)
{
  ScanHeader header;
  header.shape = { 7, 9, 12, 16 };
  if (isCalibrated)
  {
    header.scan = { { 2, 3 }, { 10, 20 }, "nm", "test" };
    header.detector = { { 0.5, 0.25 }, { -3, -2 }, "1/nm", "test" };
  }
  return std::make_shared<Calibrated>(header);
}

/** A .npy file of version 1.0. */
std::string
Npy(const std::string & dictionary, const std::string & data)
{
  std::string header = "{" + dictionary + "}";
  header.resize(117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + data;
}
} // namespace

TEST(ProcessedScan, CalibrationFollowsCropAndBin)
{
  ScanProcessing processing;
  processing.detectorRegion = DetectorRegion{ 3, 4, 8, 10 };
  processing.detectorBin = 3;
  processing.scanBin = 2;
  const auto         scan = ProcessScan(MakeScan(true), processing);
  const ScanHeader & header = scan->Header();
  const ScanShape    shape{ 3, 4, 2, 3 };
  EXPECT_EQ(scan->Shape(), shape);
  EXPECT_EQ(header.shape, shape);
  EXPECT_EQ(scan->Type(), ElementType::UInt32);
  // Positions 0 and 1 of both axes: their mean is half a step on.
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 4);
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 6);
  EXPECT_DOUBLE_EQ(header.scan.offset[0], 11);
  EXPECT_DOUBLE_EQ(header.scan.offset[1], 21.5);
  // Detector rows 3, 4, 5 and columns 4, 5, 6: the middle ones' coordinates.
  EXPECT_DOUBLE_EQ(header.detector.spacing[0], 1.5);
  EXPECT_DOUBLE_EQ(header.detector.spacing[1], 0.75);
  EXPECT_DOUBLE_EQ(header.detector.offset[0], -3 + 4 * 0.5);
  EXPECT_DOUBLE_EQ(header.detector.offset[1], -2 + 5 * 0.25);
  std::string notes;
  for (const std::string & note : header.notes)
  {
    notes += note + "\n";
  }
  ExpectMentions(notes,
                 { "Only 8 x 10 detector pixels from row 3, column 4 on are read.",
                   "summed 3 x 3; 2 rows and 1 columns at the end",
                   "summed 2 x 2; 1 rows and 1 columns" });
}

TEST(ProcessedScan, WhatIsNotKnownStaysSo)
{
  ScanProcessing processing;
  processing.detectorRegion = DetectorRegion{ 2, 2, 8, 8 };
  processing.detectorBin = 2;
  processing.scanBin = 3;
  processing.correction.dark.assign(12 * 16, 1.0);
  processing.correction.badPixels.assign(12 * 16, 0.0);
  processing.correction.badPixels[7] = 1;
  processing.type = ElementType::Float64;
  const auto scan = ProcessScan(MakeScan(false), processing);
  EXPECT_EQ(scan->Type(), ElementType::Float64);
  EXPECT_EQ(scan->Header().detector.offset[0], 0);
  EXPECT_EQ(scan->Header().detector.spacing[0], 1);
  EXPECT_EQ(scan->Header().scan.spacing[1], 1);
  EXPECT_EQ(scan->Header().scan.unit, "px");
  ExpectMentions(scan->Header().notes[0], { "dark reference" });
  ExpectMentions(scan->Header().notes[1], { "1 bad pixels", "mean" });
}

TEST(ProcessedScan, NothingToDoChangesNothing)
{
  const auto stored = MakeScan(true);
  const auto scan = ProcessScan(stored, {});
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), ReadAll<std::uint16_t>(*stored));
  EXPECT_TRUE(scan->Header().notes.empty());
  EXPECT_EQ(scan->Header().scan.offset[1], 20);
}

TEST(ProcessedScan, NumpyImagesOfEveryOrder)
{
  const TemporaryFolder           folder;
  const std::vector<std::int16_t> values{ 1, -2, 3, 4, 5, 6 };
  const std::vector<double>       rows{ 1, -2, 3, 4, 5, 6 };
  const auto                      read = [&](const std::string & dictionary, const std::string & data) {
    return ReadNpyImage(folder.Write("image.npy", Npy(dictionary, data)));
  };
  const auto little = read("'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), ", BytesOf(values));
  EXPECT_EQ(little.qy, 2);
  EXPECT_EQ(little.qx, 3);
  EXPECT_EQ(little.values, rows);
  EXPECT_EQ(read("'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), ", BytesOf(values, true)).values, rows);
  const std::vector<double> fortran{ 1, 3, 5, -2, 4, 6 };
  EXPECT_EQ(read("'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), ", BytesOf(values)).values, fortran);
  EXPECT_EQ(read("'descr': '|b1', 'fortran_order': False, 'shape': (1, 2), ", std::string("\0\1", 2)).values,
            (std::vector<double>{ 0, 1 }));
}

TEST(ProcessedScan, NumpyImagesThatAreNone)
{
  const TemporaryFolder folder;
  const auto            complaint = [&](const std::string & bytes) -> std::string {
    try
    {
      ReadNpyImage(folder.Write("image.npy", bytes));
    }
    catch (const std::runtime_error & error)
    {
      return error.what();
    }
    return "(none)";
  };
  const std::string four(4, '\0');
  ExpectMentions(complaint("1 2\n3 4\n"), { "image.npy", "signature" });
  ExpectMentions(complaint(""), { "image.npy" });
  ExpectMentions(complaint(Npy("'descr': '|u1', 'fortran_order': False, 'shape': (4,), ", four)), { "1 dimensions" });
  ExpectMentions(complaint(Npy("'descr': '|u1', 'fortran_order': False, 'shape': (5, 1), ", four)),
                 { "cut off", "5", "4" });
  EXPECT_NE(complaint(Npy("'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 2), ", four)),
            "(none)");
  EXPECT_NE(complaint(Npy("'descr': '|u1', 'fortran_order': False, 'shape': (0, 4), ", four)), "(none)");
}
