// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TemporaryFolder.h"

#include "Common/Arguments.h"
#include "Common/Help.h"
#include "Common/ParameterCheck.h"
#include "Common/RunCommand.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

#include <clocale>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace
{
using namespace fourdstem::cli;

constexpr char Xml[] = R"xml(<?xml version="1.0" encoding="utf-8"?>
<executable>
  <category>4D-STEM</category>
  <title>Test of options</title>
  <description><![CDATA[Does one thing & another.

A second paragraph.]]></description>
  <version>1.2.3</version>
  <parameters>
    <label>Files</label>
    <file>
      <name>inputFile</name><label>Scan</label><channel>input</channel><index>0</index>
    </file>
    <file fileExtensions=".nrrd,.nhdr">
      <name>outputFile</name><label>Image</label><channel>output</channel><index>1</index><default></default>
    </file>
    <directory><name>scratch</name><longflag>--scratch</longflag><label>Scratch</label><channel>input</channel></directory>
  </parameters>
  <parameters advanced="true">
    <label>Numbers</label>
    <integer>
      <name>threads</name><flag>t</flag><longflag>threads</longflag><label>Threads</label>
      <description>Threads at most.</description><default>0</default>
      <constraints><minimum>0</minimum><maximum>64</maximum><step>1</step></constraints>
    </integer>
    <double><name>radius</name><longflag>radius</longflag><label>Radius</label>
      <constraints><minimum>0.5</minimum></constraints></double>
    <float><name>offset</name><longflag>offset</longflag><label>Offset</label><default>1.5</default></float>
    <boolean><name>overwrite</name><longflag>overwrite</longflag><label>Overwrite</label></boolean>
    <string><name>limit</name><longflag>memory-limit</longflag><label>Limit</label></string>
    <string-enumeration><name>mode</name><flag>-m</flag><longflag>mode</longflag><label>Mode</label>
      <default>auto</default><element>auto</element><element>paper</element></string-enumeration>
    <string-vector><name>names</name><longflag>names</longflag><label>Names</label></string-vector>
    <integer-vector><name>shape</name><longflag>shape</longflag><label>Shape</label>
      <constraints><minimum>1</minimum></constraints></integer-vector>
    <double-vector><name>center</name><longflag>center</longflag><label>Centre</label></double-vector>
    <string multiple="true"><name>detector</name><longflag>detector</longflag><label>Detector</label></string>
    <integer><name>leaves</name><label>Leaves</label><channel>output</channel><index>1000</index></integer>
  </parameters>
</executable>
)xml";

class CommonArguments : public testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Input = m_Temporary.Write("scan.raw", "x");
  }

  Arguments
  Parse(std::vector<std::string> words) const
  {
    words.insert(words.begin(), m_Input);
    return { CommandDescription::FromXml(Xml), words };
  }

  std::string
  Complaint(std::vector<std::string> words) const
  {
    try
    {
      this->Parse(std::move(words));
    }
    catch (const UsageError & error)
    {
      return error.what();
    }
    return "accepted";
  }

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
    const int code = RunCommand(static_cast<int>(argv.size()), argv.data(), Xml, body);
    m_Out = testing::internal::GetCapturedStdout();
    m_Err = testing::internal::GetCapturedStderr();
    return code;
  }

  TemporaryFolder       m_Temporary;
  std::filesystem::path m_Folder = m_Temporary.Get();
  std::string           m_Input;
  std::string           m_Out;
  std::string           m_Err;
};

TEST_F(CommonArguments, EveryTypeIsRead)
{
  const Arguments arguments = this->Parse({ (m_Folder / "out.nrrd").string(),
                                            "--scratch",
                                            m_Folder.string(),
                                            "-t",
                                            "3",
                                            "--radius=2.5",
                                            "--offset",
                                            "-0.25",
                                            "--overwrite",
                                            "--memory-limit",
                                            "2GiB",
                                            "-m",
                                            "paper",
                                            "--names",
                                            "a,b c,",
                                            "--shape",
                                            "64x128",
                                            "--center",
                                            "-1.5,2e1",
                                            "--detector",
                                            "disk",
                                            "--detector",
                                            "0,1" });
  EXPECT_EQ(arguments.Text("inputFile"), m_Input);
  EXPECT_EQ(arguments.Integer("threads"), 3);
  EXPECT_EQ(arguments.Number("radius"), 2.5);
  EXPECT_EQ(arguments.Number("offset"), -0.25);
  EXPECT_TRUE(arguments.Switch("overwrite"));
  EXPECT_EQ(arguments.Bytes("limit"), std::int64_t{ 2 } << 30);
  EXPECT_EQ(arguments.Text("mode"), "paper");
  EXPECT_EQ(arguments.Texts("names"), (std::vector<std::string>{ "a", "b c", "" }));
  EXPECT_EQ(arguments.Integers("shape"), (std::vector<std::int64_t>{ 64, 128 }));
  EXPECT_EQ(arguments.Numbers("center"), (std::vector<double>{ -1.5, 20 }));
  EXPECT_EQ(arguments.Texts("detector"), (std::vector<std::string>{ "disk", "0,1" }));
  EXPECT_TRUE(arguments.IsChanged("mode"));
  EXPECT_THROW(arguments.Text("nothing"), std::logic_error);
}

TEST_F(CommonArguments, DefaultsStandWhereNothingIsGiven)
{
  const Arguments arguments = this->Parse({ "--mode", "auto" });
  EXPECT_FALSE(arguments.Has("outputFile"));
  EXPECT_EQ(arguments.Integer("threads"), 0);
  EXPECT_EQ(arguments.Number("offset"), 1.5);
  EXPECT_FALSE(arguments.Has("radius"));
  EXPECT_THROW(arguments.Number("radius"), UsageError);
  EXPECT_FALSE(arguments.Switch("overwrite"));
  EXPECT_FALSE(arguments.IsChanged("mode"));
  EXPECT_TRUE(arguments.Integers("shape").empty());
}

TEST_F(CommonArguments, MistakesNameFlagValueAndWhatIsAccepted)
{
  EXPECT_EQ(this->Complaint({ "--threads", "3x" }), "--threads: '3x' is not a whole number from 0 to 64");
  EXPECT_EQ(this->Complaint({ "--threads", "65" }), "--threads: '65' is not a whole number from 0 to 64");
  EXPECT_EQ(this->Complaint({ "--threads", "1.0" }), "--threads: '1.0' is not a whole number from 0 to 64");
  EXPECT_EQ(this->Complaint({ "--radius", "0.4" }), "--radius: '0.4' is not a number of at least 0.5");
  EXPECT_EQ(this->Complaint({ "--radius", "1,5" }), "--radius: '1,5' is not a number of at least 0.5");
  EXPECT_EQ(this->Complaint({ "--offset", "inf" }), "--offset: 'inf' is not a number");
  EXPECT_EQ(this->Complaint({ "--mode", "manual" }), "--mode: 'manual' is not one of auto, paper");
  EXPECT_EQ(this->Complaint({ "--shape", "64,0" }),
            "--shape: '64,0' is not a list of whole numbers of at least 1 separated by commas");
  EXPECT_EQ(this->Complaint({ "--center", "1,,2" }), "--center: '1,,2' is not a list of numbers separated by commas");
  EXPECT_EQ(this->Complaint({ "--overwrite=maybe" }), "--overwrite: 'maybe' is not true or false");
  EXPECT_EQ(this->Complaint({ "--treads", "3" }), "--treads: unknown option; did you mean --threads?");
  EXPECT_EQ(this->Complaint({ "--completely-else" }), "--completely-else: unknown option (--help lists them)");
  EXPECT_EQ(this->Complaint({ "--threads" }), "--threads: a value must follow");
  EXPECT_EQ(this->Complaint({ "a.nrrd", "b.nrrd" }), "'b.nrrd': one argument too many");
  EXPECT_THROW(Arguments(CommandDescription::FromXml(Xml), {}), UsageError);
}

TEST_F(CommonArguments, PathsAreLookedAt)
{
  const std::string none = (m_Folder / "none").string();
  EXPECT_EQ(this->Complaint({ "--scratch", none }), "--scratch: " + none + ": no such file or folder");
  EXPECT_EQ(this->Complaint({ "--scratch", m_Input }), "--scratch: " + m_Input + ": is not a folder");
  EXPECT_EQ(this->Complaint({ none + "/a.nrrd" }),
            "OUTPUT_FILE: " + none + "/a.nrrd: the folder " + none + " does not exist");
  const std::string png = (m_Folder / "a.png").string();
  EXPECT_EQ(this->Complaint({ png }), "OUTPUT_FILE: " + png + ": the name must end in .nrrd or .nhdr");
  EXPECT_THROW(Arguments(CommandDescription::FromXml(Xml), { m_Folder.string() }), UsageError);
}

TEST_F(CommonArguments, AfterTwoDashesAllIsPositional)
{
  const std::string odd = (m_Folder / "--threads.nrrd").string();
  const Arguments   arguments(CommandDescription::FromXml(Xml), { "-t", "2", "--", m_Input, odd });
  EXPECT_EQ(arguments.Text("outputFile"), odd);
  EXPECT_EQ(arguments.Integer("threads"), 2);
}

TEST_F(CommonArguments, NumbersDoNotDependOnTheLocale)
{
  for (const char * locale : { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" })
  {
    std::setlocale(LC_ALL, locale);
  }
  double number = 0;
  EXPECT_TRUE(ParseNumber("2.5", number));
  EXPECT_EQ(number, 2.5);
  EXPECT_FALSE(ParseNumber("2,5", number));
  EXPECT_FALSE(ParseNumber("", number));
  EXPECT_FALSE(ParseNumber(" 2", number));
  std::setlocale(LC_ALL, "C");
}

TEST_F(CommonArguments, SizesHaveDecimalAndBinaryPrefixes)
{
  const std::pair<const char *, std::int64_t> sizes[] = { { "1048576", 1048576 }, { "500MB", 500000000 },
                                                          { "500 M", 500000000 }, { "1.5GiB", 1610612736 },
                                                          { "64KiB", 65536 },     { "2k", 2000 },
                                                          { "1TiB", 1LL << 40 },  { "0", 0 } };
  for (const auto & [text, bytes] : sizes)
  {
    std::int64_t value = -1;
    EXPECT_TRUE(ParseBytes(text, value)) << text;
    EXPECT_EQ(value, bytes) << text;
  }
  for (const char * text : { "", "GiB", "2PiB", "-1", "1.5.2G", "2Gib", "99999999999GB", "3 apples" })
  {
    std::int64_t value = 0;
    EXPECT_FALSE(ParseBytes(text, value)) << text;
  }
}

TEST_F(CommonArguments, DescriptionMistakesNameTheLine)
{
  const auto complaint = [](const std::string & parameters) -> std::string {
    try
    {
      CommandDescription::FromXml("<executable>\n<parameters>" + parameters + "</parameters></executable>");
    }
    catch (const std::logic_error & error)
    {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(complaint("<integer><name>a</name></integer>"),
            "command description: line 2: 'a' has neither flag nor index");
  EXPECT_NE(complaint("<integre><name>a</name></integre>").find("unknown element <integre>"), std::string::npos);
  EXPECT_NE(complaint("<integer><longflag>a</longflag>").find("mismatched tag"), std::string::npos);
  EXPECT_NE(complaint("<boolean><longflag>a</longflag><default>true</default></boolean>").find("on by default"),
            std::string::npos);
  const std::string twice = "<integer><longflag>a</longflag></integer>";
  EXPECT_NE(complaint(twice + twice).find("two parameters"), std::string::npos);
}

TEST_F(CommonArguments, HelpListsEveryOptionWithinTheWidth)
{
  const CommandDescription description = CommandDescription::FromXml(Xml);
  const std::string        help = HelpText(description, "FourDSTEMTest", 70);
  for (const ParameterGroup & group : description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      EXPECT_EQ(help.find(parameter.DisplayName()) != std::string::npos, !parameter.IsReturned()) << parameter.name;
    }
  }
  EXPECT_NE(help.find("Usage: FourDSTEMTest INPUT_FILE [OUTPUT_FILE] [options]"), std::string::npos);
  EXPECT_NE(help.find("-t, --threads N"), std::string::npos);
  EXPECT_NE(help.find("Threads at most. [0]"), std::string::npos);
  EXPECT_NE(help.find("another.\n\nA second"), std::string::npos);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);)
  {
    EXPECT_LE(line.size(), 70U) << line;
  }
}

TEST_F(CommonArguments, CommandAnswersSlicer)
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

TEST_F(CommonArguments, FailuresAreOneLineAndACode)
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

TEST_F(CommonArguments, BarIsDrawnAndClearedOnStderr)
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

TEST_F(CommonArguments, InterruptStopsWork)
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
}
} // namespace
