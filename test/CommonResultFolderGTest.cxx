// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TemporaryFolder.h"

#include "Common/Interrupt.h"
#include "Common/NrrdOutput.h"
#include "Common/ResultFolder.h"
#include "FileSizeLimit.h"

#include "itkImageFileReader.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <set>

namespace
{
using namespace fourdstem::cli;
namespace fs = std::filesystem;

constexpr char Xml[] = R"xml(<?xml version="1.0"?>
<executable><title>T</title><version>1.2.3</version><parameters><label>P</label>
<integer><name>threads</name><longflag>threads</longflag><default>0</default></integer>
<double><name>radius</name><longflag>radius</longflag></double>
<boolean><name>overwrite</name><longflag>overwrite</longflag></boolean>
</parameters></executable>)xml";

const std::set<std::string> Programs{ "FourDSTEMTest", "FourDSTEMOther" };

class CommonResultFolder : public testing::Test
{
protected:
  /** A committed result with these files, each holding `content`. */
  void
  Make(const std::vector<std::string> & names, const std::string & content, ResultFolder::Existing existing)
  {
    ResultFolder folder(m_Target, existing, Programs);
    for (const std::string & name : names)
    {
      WriteText(folder.File(name), content);
    }
    folder.Commit(m_Record, m_Progress);
  }

  std::set<std::string>
  Names(const fs::path & folder) const
  {
    std::set<std::string> names;
    for (const auto & entry : fs::directory_iterator(folder))
    {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  std::string
  Content(const std::string & name) const
  {
    std::ifstream file(fs::path(m_Target) / name);
    return { std::istreambuf_iterator<char>(file), {} };
  }

  using NameSet = std::set<std::string>;

  TemporaryFolder m_Temporary;
  fs::path        m_Parent = m_Temporary.Get();
  std::string     m_Target = (m_Parent / "out").string();
  Progress        m_Progress{ ProgressStyle::None };
  Arguments       m_Arguments{ CommandDescription::FromXml(Xml), { "--threads", "2" } };
  CommandContext  m_Context{ m_Arguments, m_Progress, "FourDSTEMTest", "FourDSTEMTest --threads 2", {} };
  RunRecord       m_Record{ m_Context };
};

TEST_F(CommonResultFolder, AppearsWholeWithItsRecord)
{
  const std::string input = (m_Parent / "scan.raw").string();
  WriteText(input, "12345");
  m_Record.SetInput(input);
  m_Record.AddAutomatic("Inner radius", 17.5, "2 probe radii + 3 px", "px");
  m_Record.Warn("3 pixels without data");
  m_Record.Results()["leaves"] = 7;
  {
    ResultFolder folder(m_Target, ResultFolder::Existing::Refuse, Programs);
    WriteText(folder.File("a.txt"), "new");
    EXPECT_FALSE(fs::exists(m_Target));
    m_Progress.Begin("Origins", 1);
    folder.Commit(m_Record, m_Progress);
  }
  EXPECT_EQ(this->Names(m_Target), (NameSet{ "a.txt", "run.json" }));
  EXPECT_EQ(this->Names(m_Parent), (NameSet{ "out", "scan.raw" }));

  const auto record = nlohmann::json::parse(this->Content("run.json"));
  EXPECT_EQ(record["program"], "FourDSTEMTest");
  EXPECT_EQ(record["version"], "1.2.3");
  EXPECT_EQ(record["commandLine"], "FourDSTEMTest --threads 2");
  EXPECT_EQ(record["input"]["path"], fs::absolute(input).string());
  EXPECT_EQ(record["input"]["bytes"], 5);
  EXPECT_EQ(record["input"]["modified"].get<std::string>().size(), 20U);
  EXPECT_EQ(record["parameters"]["threads"], 2);
  EXPECT_EQ(record["parameters"]["overwrite"], false);
  EXPECT_TRUE(record["parameters"]["radius"].is_null());
  EXPECT_EQ(record["changed"], nlohmann::json({ "threads" }));
  EXPECT_EQ(record["automatic"]["Inner radius"]["value"], 17.5);
  EXPECT_EQ(record["automatic"]["Inner radius"]["unit"], "px");
  EXPECT_EQ(record["threads"], 2);
  EXPECT_EQ(record["warnings"].size(), 1U);
  EXPECT_EQ(record["results"]["leaves"], 7);
  EXPECT_EQ(record["timings"][0]["stage"], "Origins");
  EXPECT_GT(record["peakMemoryBytes"], 1000000);
  EXPECT_EQ(record["files"], nlohmann::json({ "a.txt", "run.json" }));
  EXPECT_EQ(UtcTime(1700000000), "2023-11-14T22:13:20Z");
}

TEST_F(CommonResultFolder, NothingRemainsWithoutCommit)
{
  EXPECT_THROW(
    {
      ResultFolder folder(m_Target + "/", ResultFolder::Existing::Refuse, Programs);
      WriteText(folder.File("a.txt"), "new");
      throw fourdstem::Aborted();
    },
    fourdstem::Aborted);
  EXPECT_TRUE(fs::is_empty(m_Parent));
}

TEST_F(CommonResultFolder, AnInterruptWhileWritingLeavesWhatWasThere)
{
  this->Make({ "a.txt" }, "old", ResultFolder::Existing::Refuse);
  for (const bool isLast : { false, true })
  {
    Interrupt::Catch();
    EXPECT_THROW(
      {
        ResultFolder folder(m_Target, ResultFolder::Existing::Replace, Programs);
        WriteText(folder.File("a.txt"), "new");
        std::raise(SIGTERM);
        if (!isLast)
        {
          folder.File("b.txt");
        }
        folder.Commit(m_Record, m_Progress);
      },
      fourdstem::Aborted);
    EXPECT_EQ(this->Content("a.txt"), "old");
    EXPECT_EQ(this->Names(m_Parent), (NameSet{ "out" }));
  }
  Interrupt::Catch();
}

TEST_F(CommonResultFolder, ExistingIsRefusedOrReplacedAndNeverHalf)
{
  this->Make({ "a.txt", "b.txt" }, "old", ResultFolder::Existing::Refuse);
  EXPECT_THROW(ResultFolder(m_Target, ResultFolder::Existing::Refuse, Programs), std::runtime_error);
  {
    ResultFolder folder(m_Target, ResultFolder::Existing::Replace, Programs);
    WriteText(folder.File("a.txt"), "new");
  }
  EXPECT_EQ(this->Content("a.txt"), "old");

  WriteText(m_Target + "/my notes.txt", "mine");
  this->Make({ "a.txt", "c.txt" }, "new", ResultFolder::Existing::Replace);
  EXPECT_EQ(this->Names(m_Target), (NameSet{ "a.txt", "c.txt", "my notes.txt", "run.json" }));
  EXPECT_EQ(this->Content("a.txt"), "new");
  EXPECT_EQ(this->Content("my notes.txt"), "mine");
  EXPECT_EQ(this->Names(m_Parent), (NameSet{ "out" }));
}

TEST_F(CommonResultFolder, UpdateKeepsWhatIsNotWrittenAnew)
{
  EXPECT_THROW(ResultFolder(m_Target, ResultFolder::Existing::Update, Programs), std::runtime_error);
  this->Make({ "a.txt", "b.txt" }, "old", ResultFolder::Existing::Refuse);
  this->Make({ "b.txt" }, "new", ResultFolder::Existing::Update);
  EXPECT_EQ(this->Names(m_Target), (NameSet{ "a.txt", "b.txt", "run.json" }));
  EXPECT_EQ(this->Content("a.txt"), "old");
  EXPECT_EQ(this->Content("b.txt"), "new");
  this->Make({ "c.txt" }, "new", ResultFolder::Existing::Replace);
  EXPECT_EQ(this->Names(m_Target), (NameSet{ "c.txt", "run.json" }));
}

TEST_F(CommonResultFolder, FoldersOfOthersAreLeftAlone)
{
  fs::create_directory(m_Target);
  { // empty: nothing to lose
    ResultFolder folder(m_Target, ResultFolder::Existing::Replace, Programs);
  }
  for (const char * text : { "", "{}", "not json", "{\"files\": 3}" })
  {
    WriteText(m_Target + "/run.json", text);
    EXPECT_THROW(ResultFolder(m_Target, ResultFolder::Existing::Replace, Programs), std::runtime_error) << text;
  }
  WriteText(m_Target + "/run.json", R"({"program": "Other", "files": ["run.json"]})");
  EXPECT_THROW(ResultFolder(m_Target, ResultFolder::Existing::Replace, Programs), std::runtime_error);
  EXPECT_THROW(ResultFolder(m_Target, ResultFolder::Existing::Update, Programs), std::runtime_error);
  WriteText(m_Target + "/run.json", R"({"program": "FourDSTEMOther", "files": ["run.json"]})");
  EXPECT_NO_THROW(ResultFolder(m_Target, ResultFolder::Existing::Replace, Programs));

  const std::string file = (m_Parent / "file").string();
  WriteText(file, "");
  EXPECT_THROW(ResultFolder(file, ResultFolder::Existing::Replace, Programs), std::runtime_error);
  EXPECT_THROW(ResultFolder((m_Parent / "no" / "out").string(), ResultFolder::Existing::Refuse, Programs),
               std::runtime_error);
}

TEST_F(CommonResultFolder, WhatResultsAreMadeFromIsNotDeleted)
{
  this->Make({ "a.txt", "b.txt" }, "old", ResultFolder::Existing::Refuse);
  WriteText(m_Target + "/mine.txt", "mine");
  const ResultFolder folder(m_Target, ResultFolder::Existing::Replace, Programs);
  EXPECT_THROW(folder.Protect({ m_Target + "/mine.txt", m_Target + "/../out/./b.txt" }), std::runtime_error);
  EXPECT_NO_THROW(folder.Protect({ m_Target + "/mine.txt", (m_Parent / "b.txt").string() }));
  const ResultFolder updated(m_Target, ResultFolder::Existing::Update, Programs);
  EXPECT_NO_THROW(updated.Protect({ m_Target + "/b.txt" }));

  const std::string path = (m_Parent / "a.nrrd").string();
  WriteText(path, "old");
  const ResultFile file(path);
  EXPECT_THROW(file.Protect({ m_Target, m_Target + "/../a.nrrd" }), std::runtime_error);
  EXPECT_NO_THROW(file.Protect({ m_Target + "/a.nrrd" }));
#ifndef _WIN32
  fs::create_symlink(m_Target + "/b.txt", m_Parent / "link");
  EXPECT_THROW(folder.Protect({ (m_Parent / "link").string() }), std::runtime_error);
#endif
}

#ifndef _WIN32
TEST_F(CommonResultFolder, LinkedFolderIsReplacedWhereItLies)
{
  this->Make({ "a.txt" }, "old", ResultFolder::Existing::Refuse);
  const fs::path link = m_Parent / "link";
  fs::create_directory_symlink(m_Target, link);
  {
    ResultFolder folder(link.string(), ResultFolder::Existing::Replace, Programs);
    WriteText(folder.File("a.txt"), "new");
    folder.Commit(m_Record, m_Progress);
  }
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(this->Content("a.txt"), "new");
}

itk::Image<float, 2>::Pointer
NoiseImage(unsigned int columns, unsigned int rows)
{
  auto image = itk::Image<float, 2>::New();
  image->SetRegions(itk::Size<2>{ { columns, rows } });
  image->Allocate();
  std::mt19937_64 random(1);
  for (std::size_t i = 0; i < std::size_t{ columns } * rows; ++i)
  {
    image->GetBufferPointer()[i] = static_cast<float>(random() % 65536);
  }
  return image;
}

TEST_F(CommonResultFolder, FullDiskIsAnErrorAndLeavesNothing)
{
  const auto image = NoiseImage(120, 80);
  for (const rlim_t bytes : { 0, 100, 5000, 20000 })
  {
    EXPECT_ANY_THROW({
      ResultFolder        folder(m_Target, ResultFolder::Existing::Refuse, Programs);
      const FileSizeLimit limit(bytes);
      WriteNrrd(image.GetPointer(), folder.File("noise.nrrd"));
    }) << bytes;
    EXPECT_ANY_THROW({
      ResultFolder        folder(m_Target, ResultFolder::Existing::Refuse, Programs);
      const FileSizeLimit limit(bytes);
      WriteText(folder.File("a.txt"), std::string(30000, 'x'));
    }) << bytes;
    EXPECT_ANY_THROW({
      ResultFolder        folder(m_Target, ResultFolder::Existing::Refuse, Programs);
      const FileSizeLimit limit(std::min<rlim_t>(bytes, 100));
      folder.Commit(m_Record, m_Progress);
    }) << bytes;
  }
  EXPECT_TRUE(fs::is_empty(m_Parent));
}
#endif

TEST_F(CommonResultFolder, ResultFileReplacesOnlyWhenWhole)
{
  const std::string path = (m_Parent / "a.seg.nrrd").string();
  WriteText(path, "old");
  {
    ResultFile file(path);
    EXPECT_EQ(fs::path(file.Path()).extension(), ".nrrd");
    WriteText(file.Path(), "half");
  }
  EXPECT_EQ(this->Names(m_Parent), (NameSet{ "a.seg.nrrd" }));
  EXPECT_EQ(fs::file_size(path), 3U);
  {
    ResultFile file(path);
    WriteText(file.Path(), "whole");
    file.Commit();
  }
  EXPECT_EQ(this->Names(m_Parent), (NameSet{ "a.seg.nrrd" }));
  EXPECT_EQ(fs::file_size(path), 5U);
}

TEST_F(CommonResultFolder, NrrdKeepsGeometryNamesAndValues)
{
  using VectorType = itk::VectorImage<float, 2>;
  auto image = VectorType::New();
  image->SetRegions(itk::Size<2>{ { 5, 3 } });
  image->SetNumberOfComponentsPerPixel(2);
  const double spacing[2] = { 1.5, 0.75 };
  image->SetSpacing(spacing);
  image->Allocate();
  for (int i = 0; i < 30; ++i)
  {
    image->GetBufferPointer()[i] = static_cast<float>(i) - 7.25F;
  }
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", "qx0,qy0");
  const std::string path = (m_Parent / "origin.nrrd").string();
  WriteNrrd(image.GetPointer(), path, { { "FourDSTEM_ScanUnit", "nm" } });

  auto reader = itk::ImageFileReader<VectorType>::New();
  reader->SetImageIO(itk::NrrdImageIO::New());
  reader->SetFileName(path);
  reader->Update();
  const auto read = reader->GetOutput();
  ASSERT_EQ(read->GetNumberOfComponentsPerPixel(), 2U);
  EXPECT_EQ(read->GetBufferedRegion().GetSize(), image->GetBufferedRegion().GetSize());
  EXPECT_EQ(read->GetSpacing(), image->GetSpacing());
  EXPECT_TRUE(std::equal(read->GetBufferPointer(), read->GetBufferPointer() + 30, image->GetBufferPointer()));
  std::string value;
  itk::ExposeMetaData<std::string>(read->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", value);
  EXPECT_EQ(value, "qx0,qy0");
  itk::ExposeMetaData<std::string>(read->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", value);
  EXPECT_EQ(value, "nm");
  EXPECT_ANY_THROW(WriteNrrd(image.GetPointer(), (m_Parent / "no" / "a.nrrd").string()));
}

TEST_F(CommonResultFolder, CutNrrdIsNoticedAndRemoved)
{
  const auto        image = NoiseImage(40, 30);
  const std::string path = (m_Parent / "noise.nrrd").string();
  WriteNrrd(image.GetPointer(), path);
  EXPECT_NO_THROW(CheckNrrdComplete(path, 40 * 30 * 4));
  fs::resize_file(path, fs::file_size(path) - 1);
  EXPECT_THROW(CheckNrrdComplete(path, 40 * 30 * 4), std::runtime_error);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(CommonResultFolder, PatternStackIsAVolume)
{
  const std::vector<float> a{ 1, 2, 3, 4, 5, 6 };
  const std::vector<float> b{ 7, 8, std::numeric_limits<float>::quiet_NaN(), 10, 11, 12 };
  const std::string        path = (m_Parent / "patterns.nrrd").string();
  WritePatternStack({ a.data(), b.data() }, { "node 0", "node 1" }, { 2, 3, 0.5, 0.25, "1/nm" }, path);
  auto reader = itk::ImageFileReader<itk::Image<float, 3>>::New();
  reader->SetImageIO(itk::NrrdImageIO::New());
  reader->SetFileName(path);
  reader->Update();
  const auto volume = reader->GetOutput();
  EXPECT_EQ(volume->GetBufferedRegion().GetSize(), (itk::Size<3>{ { 3, 2, 2 } }));
  EXPECT_EQ(volume->GetSpacing()[0], 0.25);
  EXPECT_EQ(volume->GetSpacing()[1], 0.5);
  EXPECT_EQ(volume->GetPixel({ { 2, 1, 0 } }), 6);
  EXPECT_TRUE(std::isnan(volume->GetPixel({ { 2, 0, 1 } })));
  std::string names;
  itk::ExposeMetaData<std::string>(volume->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "node 0,node 1");
}
} // namespace
