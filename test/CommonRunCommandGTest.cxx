// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TemporaryFolder.h"

#include "Common/RunCommand.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace
{
using namespace fourdstem::cli;

constexpr char Xml[] = R"xml(<?xml version="1.0" encoding="utf-8"?>
<executable>
  <title>Test of commands</title>
  <version>1.2.3</version>
  <parameters>
    <label>Files</label>
    <file><name>inputFile</name><label>Scan</label><channel>input</channel><index>0</index></file>
    <integer><name>threads</name><longflag>threads</longflag><label>Threads</label><default>0</default>
      <constraints><minimum>0</minimum><maximum>64</maximum></constraints></integer>
    <integer><name>leaves</name><label>Leaves</label><channel>output</channel><index>1000</index></integer>
  </parameters>
</executable>
)xml";

class CommonRunCommand : public testing::Test
{
protected:
  /** Exit code of a command run on words; its streams are kept. */
  int
  Run(std::vector<std::string> words, const std::function<void(CommandContext &)> & body)
  {
    words.insert(words.begin(), "/somewhere/bin/FourDSTEMTest");
    std::vector<char *> argv;
    argv.reserve(words.size());
    for (std::string & word : words)
    {
      argv.push_back(word.data());
    }
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = RunCommand("FourDSTEMTest", static_cast<int>(argv.size()), argv.data(), Xml, body);
    m_Out = testing::internal::GetCapturedStdout();
    m_Err = testing::internal::GetCapturedStderr();
    return code;
  }

  TemporaryFolder       m_Temporary;
  std::filesystem::path m_Folder = m_Temporary.Get();
  std::string           m_Input = m_Temporary.Write("scan.raw", "x");
  std::string           m_Out;
  std::string           m_Err;
};

TEST_F(CommonRunCommand, CommandAnswersSlicer)
{
  const auto nothing = [](CommandContext &) { FAIL() << "no work was asked for"; };
  EXPECT_EQ(this->Run({ "--xml" }, nothing), 0);
  EXPECT_EQ(m_Out, Xml);
  EXPECT_EQ(m_Out.rfind("<?xml", 0), 0U);
  EXPECT_EQ(this->Run({ "--version" }, nothing), 0);
  EXPECT_EQ(m_Out, "FourDSTEMTest 1.2.3\n");

  const std::string returned = (m_Folder / "returned.txt").string();
  const auto        work = [](CommandContext & context) {
    const fourdstem::Monitor monitor = context.progress.Begin("Origins & <more>", 0.5);
    EXPECT_TRUE(monitor.report(0.5));
    context.progress.Begin("Writing", 1);
    context.returned["leaves"] = "7";
  };
  EXPECT_EQ(this->Run({ m_Input, "--progress", "tags", "--returnparameterfile", returned }, work), 0);
  EXPECT_NE(m_Out.find("<filter-start>\n<filter-name>Origins &amp; &lt;more></filter-name>"), std::string::npos);
  EXPECT_NE(m_Out.find("<filter-progress>0.5</filter-progress>"), std::string::npos);
  EXPECT_NE(m_Out.find("<filter-progress>1</filter-progress>\n<filter-end>"), std::string::npos);
  std::ifstream     file(returned);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), "leaves = 7\n");

  EXPECT_EQ(this->Run({ m_Input, "--progress=none" }, work), 0);
  EXPECT_EQ(m_Out + m_Err, "");
}

TEST_F(CommonRunCommand, FailuresAreOneLineAndACode)
{
  const auto nothing = [](CommandContext &) {};
  EXPECT_EQ(this->Run({ m_Input, "--threads", "many" }, nothing), 2);
  EXPECT_EQ(m_Err, "FourDSTEMTest: --threads: 'many' is not a whole number from 0 to 64\n");
  EXPECT_EQ(this->Run({ m_Input, "--progress", "loud" }, nothing), 2);
  EXPECT_EQ(this->Run({ m_Input, "--progress" }, nothing), 2);
  EXPECT_EQ(this->Run({ m_Input }, [](CommandContext &) { throw std::runtime_error("the file\n  is cut\n"); }), 1);
  EXPECT_EQ(m_Err, "FourDSTEMTest: the file is cut\n");
  EXPECT_EQ(this->Run({ m_Input },
                      [](CommandContext &) {
                        throw itk::ExceptionObject("f.cxx", 3, "itk::ERROR: Reader(0x55d0c8): no such file: a b", "");
                      }),
            1);
  EXPECT_EQ(m_Err, "FourDSTEMTest: no such file: a b\n");
  EXPECT_EQ(OneLine(std::runtime_error("cannot write /a/.my.out.partial-12-0/labels.nrrd: full")),
            "cannot write /a/my.out/labels.nrrd: full");
  EXPECT_EQ(OneLine(std::runtime_error("cannot write .bf.partial-12-3.nrrd")), "cannot write bf.nrrd");
  EXPECT_EQ(OneLine(std::runtime_error("no. '/a.b/.my out.v2.partial-1-0.nrrd' and .partial-3 .partial-x-1")),
            "no. '/a.b/my out.v2.nrrd' and .partial-3 .partial-x-1");
  const std::string dots = OneLine(std::runtime_error("\x1B" + std::string(1000000, '.') + ".partial-1-1"));
  EXPECT_EQ(dots.substr(0, 3), "?..");
  EXPECT_LT(dots.size(), 5000U);
  EXPECT_EQ(this->Run({ m_Input }, [](CommandContext &) { throw std::bad_alloc(); }), 1);
  EXPECT_EQ(m_Err, "FourDSTEMTest: not enough memory\n");
}

TEST_F(CommonRunCommand, BarIsDrawnAndClearedOnStderr)
{
  const auto work = [](CommandContext & context) {
    context.progress.Begin("Origins", 0.5).report(1);
    context.progress.Say("probe radius 3.2 px");
  };
  EXPECT_EQ(this->Run({ m_Input, "--progress", "bar" }, work), 0);
  EXPECT_EQ(m_Out, "probe radius 3.2 px\n");
  EXPECT_NE(m_Err.find("50 %  Origins"), std::string::npos);
  EXPECT_EQ(m_Err.substr(m_Err.rfind('\r')), "\r\033[K");
}

TEST_F(CommonRunCommand, AnObserverIsToldAndStopsWork)
{
  std::vector<std::pair<double, std::string>> told;
  Progress                                    progress([&told](double done, const std::string & stage) {
    told.emplace_back(done, stage);
    return stage != "second" || done < 0.75;
  });
  testing::internal::CaptureStdout();
  progress.Say("nothing");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_TRUE(progress.Begin("first", 0.5).report(0.5));
  const auto second = progress.Begin("second", 1.);
  EXPECT_TRUE(second.report(0.25));
  EXPECT_FALSE(second.report(0.5));
  const std::vector<std::pair<double, std::string>> expected{ { 0.25, "first" },
                                                              { 0.625, "second" },
                                                              { 0.75, "second" } };
  EXPECT_EQ(told, expected);
}

TEST_F(CommonRunCommand, InterruptStopsWork)
{
  const auto work = [](CommandContext & context) {
    const fourdstem::Monitor monitor = context.progress.Begin("Origins", 1);
    EXPECT_TRUE(monitor.report(0.1));
    std::raise(SIGINT);
    EXPECT_FALSE(monitor.report(0.2));
    Progress::CheckAbort();
    FAIL() << "not stopped";
  };
  EXPECT_EQ(this->Run({ m_Input }, work), 130);
  EXPECT_EQ(m_Err, "FourDSTEMTest: stopped\n");
  EXPECT_EQ(this->Run({ m_Input }, [](CommandContext &) {}), 0);
#ifdef SIGHUP
  const auto hangUp = [](CommandContext &) {
    std::raise(SIGHUP);
    Progress::CheckAbort();
  };
  EXPECT_EQ(this->Run({ m_Input }, hangUp), 129);
#endif
}

TEST_F(CommonRunCommand, TheReturnFileIsLookedAtBeforeTheWork)
{
  const auto        nothing = [](CommandContext &) { FAIL() << "no work was asked for"; };
  const std::string none = (m_Folder / "none" / "returned.txt").string();
  EXPECT_EQ(this->Run({ m_Input, "--returnparameterfile", none }, nothing), 1);
  EXPECT_EQ(m_Err, "FourDSTEMTest: cannot write " + none + ": No such file or directory\n");
  EXPECT_EQ(this->Run({ m_Input, "--returnparameterfile", m_Input }, nothing), 2);
  EXPECT_EQ(std::filesystem::file_size(std::filesystem::u8path(m_Input)), 1U);

  const auto failing = [](CommandContext &) { throw std::runtime_error("no"); };
  const auto returned = m_Folder / "returned.txt";
  EXPECT_EQ(this->Run({ m_Input, "--returnparameterfile", returned.string() }, failing), 1);
  EXPECT_FALSE(std::filesystem::exists(returned));
}
} // namespace
