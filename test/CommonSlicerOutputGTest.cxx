// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "RunProgram.h"
#include "TemporaryFolder.h"

#include "Common/SlicerOutput.h"

#include "itkImageFileReader.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace
{
using namespace fourdstem::cli;

/** 2 x 3 positions at rows from 4 nm, columns from 7.5 nm on: root 0 into 1 and 2, 2 into 3 and 4, one masked. Pattern
 * pixels of node n are 100 n + index. */
ClusterView
MakeView()
{
  ClusterView view;
  view.scan = { 2, 3, 2, 2.5, "nm", 4, 7.5 };
  view.detector = { 2, 2, 0.1, 0.25, "1/nm", -0.1, -0.25 };
  view.nodes.resize(5);
  view.nodes[0].children = { 1, 2 };
  view.nodes[2].children = { 3, 4 };
  for (const auto & [node, parent, level, label] : { std::array<int, 4>{ 1, 0, 1, 1 },
                                                     std::array<int, 4>{ 2, 0, 1, 0 },
                                                     std::array<int, 4>{ 3, 2, 2, 2 },
                                                     std::array<int, 4>{ 4, 2, 2, 3 } })
  {
    NodeView & shown = view.nodes[static_cast<std::size_t>(node)];
    shown.parent = parent;
    shown.level = level;
    shown.label = label;
  }
  for (std::size_t node = 0; node < view.nodes.size(); ++node)
  {
    for (std::size_t q = 0; q < 4; ++q)
    {
      view.nodes[node].pattern.push_back(static_cast<float>(100 * node + q));
    }
  }
  view.labels = { 1, 1, 2, 0, 3, 3 };
  view.colors = { { 0.5, 0.5, 0.5 }, { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0, 0.2, 1 }, { 0.4, 0, 0.6 } };
  return view;
}

/** Lines of the header of a NRRD. */
std::vector<std::string>
Header(const std::string & content)
{
  std::istringstream       text(content);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line) && !line.empty();)
  {
    lines.push_back(line);
  }
  return lines;
}

void
ExpectLines(const std::vector<std::string> & header, const std::vector<std::string> & lines)
{
  for (const std::string & line : lines)
  {
    EXPECT_EQ(std::count(header.begin(), header.end(), line), 1) << line;
  }
}

class CommonSlicerOutput : public testing::Test
{
protected:
  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(CommonSlicerOutput, SegmentsAreNamedByLabelAndPath)
{
  const ClusterView view = MakeView();
  EXPECT_EQ(PathFromRoot(view, 0), "0");
  EXPECT_EQ(SegmentName(view, 1), "1 (0/1)");
  EXPECT_EQ(SegmentName(view, 4), "3 (0/2/4)");
}

TEST_F(CommonSlicerOutput, SegmentationIsAVolumeWithOneSegmentALeaf)
{
  WriteSegmentation(MakeView(), Path("labels.seg.nrrd"), { { "FourDSTEM_ScanUnit", "nm" } });
  const auto        header = Header(fourdstem::FileContent(Path("labels.seg.nrrd")));
  const std::string geometry = "Segmentation_ConversionParameters:=Reference image "
                               "geometry|-2.5;0;0;-7.5;0;-2;0;-4;0;0;1;0;0;0;0;1;0;2;0;1;0;0;|&";
  ExpectLines(header,
              { "type: unsigned short",
                "dimension: 3",
                "space: left-posterior-superior",
                "sizes: 3 2 1",
                "space directions: (2.5,0,0) (0,2,0) (0,0,1)",
                "kinds: domain domain domain",
                "space origin: (7.5,4,0)",
                "FourDSTEM_ScanUnit:=nm",
                "Segmentation_MasterRepresentation:=Binary labelmap",
                "Segmentation_ReferenceImageExtentOffset:=0 0 0",
                geometry,
                "Segment0_ID:=Segment_1",
                "Segment0_Name:=1 (0/1)",
                "Segment0_Color:=1 0 0",
                "Segment0_LabelValue:=1",
                "Segment1_Name:=2 (0/2/3)",
                "Segment1_Color:=0 0.2 1",
                "Segment2_Name:=3 (0/2/4)",
                "Segment2_Color:=0.4 0 0.6",
                "Segment2_LabelValue:=3",
                "Segment2_Layer:=0",
                "Segment2_Extent:=0 2 0 1 0 0" });
  EXPECT_EQ(std::count_if(
              header.begin(), header.end(), [](const std::string & line) { return line.rfind("Segment3", 0) == 0; }),
            0);

  const auto reader = itk::ImageFileReader<itk::Image<unsigned short, 3>>::New();
  reader->SetFileName(Path("labels.seg.nrrd"));
  reader->Update();
  const auto * pixel = reader->GetOutput()->GetBufferPointer();
  EXPECT_EQ(std::vector<std::uint16_t>(pixel, pixel + 6), MakeView().labels);
}

TEST_F(CommonSlicerOutput, ColorTableHasOneLineALabel)
{
  WriteColorTable(MakeView(), Path("labels.ctbl"));
  EXPECT_EQ(fourdstem::FileContent(Path("labels.ctbl")),
            "# Color table file labels.ctbl\n# 4 values\n0 none 0 0 0 0\n1 1_(0/1) 255 0 0 255\n"
            "2 2_(0/2/3) 0 51 255 255\n3 3_(0/2/4) 102 0 153 255\n");
}

TEST_F(CommonSlicerOutput, SequenceHoldsTheMeanPatternOfEveryNode)
{
  WriteNodeSequence(MakeView(), Path("patterns.seq.nrrd"), { { "FourDSTEM_Input", "C:\\scan\nfile" } });
  const std::string content = fourdstem::FileContent(Path("patterns.seq.nrrd"));
  const auto        header = Header(content);
  EXPECT_EQ(header.front(), "NRRD0005");
  ExpectLines(header,
              { "type: float",
                "dimension: 4",
                "space: left-posterior-superior",
                "sizes: 2 2 1 5",
                "space directions: (0.25,0,0) (0,0.10000000000000001,0) (0,0,1) none",
                "kinds: domain domain domain list",
                "labels: \"\" \"\" \"\" \"node\"",
                "encoding: raw",
                "space origin: (-0.25,-0.10000000000000001,0)",
                "DataNodeClassName:=vtkMRMLScalarVolumeNode",
                "FourDSTEM_Input:=C:\\\\scan\\nfile",
                "axis 3 index type:=text",
                "axis 3 index values:=0 1%20(leaf%201) 2 3%20(leaf%202) 4%20(leaf%203)" });
  const std::size_t begin = content.find("\n\n") + 2;
  ASSERT_EQ(content.size() - begin, 5 * 4 * sizeof(float));
  for (std::size_t node = 0; node < 5; ++node)
  {
    for (std::size_t q = 0; q < 4; ++q)
    {
      float value = -1;
      std::memcpy(&value, content.data() + begin + (4 * node + q) * sizeof(float), sizeof(float));
      EXPECT_EQ(value, static_cast<float>(100 * node + q));
    }
  }

  // ITK takes the list for the components of a vector.
  const auto reader = itk::ImageFileReader<itk::VectorImage<float, 3>>::New();
  reader->SetFileName(Path("patterns.seq.nrrd"));
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetNumberOfComponentsPerPixel(), 5u);
  EXPECT_EQ(reader->GetOutput()->GetPixel({ { 1, 0, 0 } })[3], 301.f);
}

#ifndef _WIN32
TEST_F(CommonSlicerOutput, AFullDiskIsSaidAndLeavesNothing)
{
  ClusterView view = MakeView();
  view.detector.rows = 100;
  view.detector.columns = 100;
  for (NodeView & node : view.nodes)
  {
    node.pattern.assign(10000, 1.f);
  }
  try
  {
    const FileSizeLimit limit(4096);
    WriteNodeSequence(view, Path("patterns.seq.nrrd"));
    FAIL() << "written beyond the limit";
  }
  catch (const std::runtime_error & error)
  {
    EXPECT_NE(std::string(error.what()).find("patterns.seq.nrrd"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(Path("patterns.seq.nrrd")));
}
#endif
