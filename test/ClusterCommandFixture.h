// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ClusterCommandFixture_h
#define ClusterCommandFixture_h

#include "PhantomScan.h"
#include "RunProgram.h"

#include "fourdstem/NpyWriter.h"

#include "itkClusterTree.h"
#include "itkImageFileReader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace fourdstem
{
inline const std::vector<std::string> ResultFiles{
  "labels.nrrd",       "levels.nrrd", "tree.json",       "patterns.nrrd",   "differences.nrrd",
  "origin.nrrd",       "adf.nrrd",    "statistics.nrrd", "confidence.nrrd", "run.json",
  "feature-mask.nrrd", "map.png",     "levels.png",      "tree.png",        "differences.png",
  "index.html",        "leaves.csv",  "labels.seg.nrrd", "labels.ctbl",     "patterns.seq.nrrd"
};

/** A scan and what FourDSTEMCluster makes of it, in "results", for tests of that command and of FourDSTEMTree. */
class ClusterCommandFixture : public ::testing::Test
{
protected:
  static constexpr ScanShape Shape{ 26, 34, 96, 104 };

  static void
  SetUpTestSuite()
  {
    Folder() =
      std::filesystem::temp_directory_path() / ("FourDSTEM ClusterCommand " + std::to_string(std::random_device()()));
    std::filesystem::remove_all(Folder());
    std::filesystem::create_directories(Folder());
    const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, Shape));
    Truth() = scan.Truth().labels;
    NpyWriter writer(Path("scan.npy"), Shape);
    writer.Write(scan.patterns.data(), Shape.Positions());
    writer.Close();
    ASSERT_EQ(Cluster({ Path("scan.npy"), Path("results"), "--scan-step", "2" }).exitCode, 0);
  }
  static void
  TearDownTestSuite()
  {
    std::filesystem::remove_all(Folder());
  }

  static std::filesystem::path &
  Folder()
  {
    static std::filesystem::path folder;
    return folder;
  }
  static std::vector<unsigned short> &
  Truth()
  {
    static std::vector<unsigned short> labels;
    return labels;
  }
  static std::string
  Path(const std::string & name)
  {
    return (Folder() / name).string();
  }
  static ProgramRun
  Cluster(const std::vector<std::string> & arguments)
  {
    return RunProgram("FourDSTEMCluster", arguments, Folder());
  }
  static ProgramRun
  Tree(const std::vector<std::string> & arguments)
  {
    return RunProgram("FourDSTEMTree", arguments, Folder());
  }

  static std::vector<unsigned short>
  Labels(const std::string & folder)
  {
    const auto reader = itk::ImageFileReader<itk::Image<unsigned short, 2>>::New();
    reader->SetFileName(Path(folder + "/labels.nrrd"));
    reader->Update();
    const auto * image = reader->GetOutput();
    return { image->GetBufferPointer(), image->GetBufferPointer() + image->GetBufferedRegion().GetNumberOfPixels() };
  }
  static itk::ClusterTree::Pointer
  ReadTree(const std::string & folder)
  {
    auto tree = itk::ClusterTree::New();
    tree->ReadJSON(Path(folder + "/tree.json"));
    return tree;
  }
  static std::vector<std::string>
  Names()
  {
    std::vector<std::string> names;
    for (const auto & entry : std::filesystem::directory_iterator(Folder()))
    {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};
} // namespace fourdstem

#endif
