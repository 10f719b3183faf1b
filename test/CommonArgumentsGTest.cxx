// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RunProgram.h"
#include "TemporaryFolder.h"

#include "Common/ArgumentValues.h"
#include "Common/Arguments.h"
#include "Common/Help.h"
#include "Common/ParameterCheck.h"

#include <gtest/gtest.h>

#include <clocale>
#include <filesystem>
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

  TemporaryFolder       m_Temporary;
  std::filesystem::path m_Folder = m_Temporary.Get();
  std::string           m_Input;
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
  EXPECT_FALSE(this->Parse({ "--offset", "1.50", "--threads", "+0" }).IsChanged("offset"));
  EXPECT_FALSE(this->Parse({ "--offset", "1.50", "--threads", "+0" }).IsChanged("threads"));
  EXPECT_TRUE(this->Parse({ "--offset", "1.51" }).IsChanged("offset"));
  EXPECT_EQ(arguments.InputPaths(), std::vector<std::string>{ m_Input });
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

TEST_F(CommonArguments, AnImageInMemoryStandsForAFile)
{
  Arguments arguments = this->Parse({});
  arguments.Give("inputFile", { 2, 3, 1, { 0, 1, 2, 3, 4, 5 } });
  EXPECT_TRUE(arguments.Has("inputFile"));
  EXPECT_EQ(arguments.Text("inputFile"), "given in memory");
  EXPECT_EQ(ReadValues(arguments, "inputFile", 2, 3, 1), (std::vector<float>{ 0, 1, 2, 3, 4, 5 }));
  EXPECT_TRUE(arguments.InputPaths().empty());
  try
  {
    ReadValues(arguments, "inputFile", 3, 2, 1);
    FAIL() << "an image of another size was taken";
  }
  catch (const UsageError & error)
  {
    EXPECT_NE(std::string(error.what()).find("has 2 x 3 pixels of 1 components; 3 x 2 of 1 are needed"),
              std::string::npos)
      << error.what();
  }
  EXPECT_THROW(arguments.Give("threads", {}), std::logic_error);
  EXPECT_THROW(arguments.Give("outputFile", {}), std::logic_error);
  EXPECT_EQ(arguments.Given("outputFile"), nullptr);
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

TEST_F(CommonArguments, OptionsAreTakenWithUnderscoresToo)
{
  // Slicer's descriptions have no hyphens in flags, and it passes what they say.
  const auto description = CommandDescription::FromXml(
    "<executable><parameters><string><name>memoryLimit</name><longflag>memory_limit</longflag></string>"
    "</parameters></executable>");
  EXPECT_EQ(description.Find("memoryLimit")->DisplayName(), "--memory-limit");
  for (const std::vector<std::string> & words : { std::vector<std::string>{ "--memory-limit", "a_b-c" },
                                                  { "--memory_limit", "a_b-c" },
                                                  { "--memory_limit=a_b-c" } })
  {
    EXPECT_EQ(Arguments(description, words).Text("memoryLimit"), "a_b-c");
  }
  EXPECT_EQ(this->Parse({ "--memory_limit", "1G" }).Text("limit"), "1G");
}

TEST_F(CommonArguments, NumbersOfEveryCommandHaveADefault)
{
  int commands = 0;
  for (const auto & entry : std::filesystem::directory_iterator(CommandFolder()))
  {
    if (entry.path().extension() != ".xml")
    {
      continue;
    }
    ++commands;
    const auto description = CommandDescription::FromXml(fourdstem::FileContent(entry.path()));
    for (const ParameterGroup & group : description.groups)
    {
      for (const Parameter & parameter : group.parameters)
      {
        const bool isNumber = parameter.type == ParameterType::Integer || parameter.type == ParameterType::Number;
        EXPECT_TRUE(!isNumber || parameter.defaultText) << entry.path() << ' ' << parameter.name;
      }
    }
  }
  EXPECT_GE(commands, 5);
  const auto tree =
    CommandDescription::FromXml(fourdstem::FileContent(std::string(CommandFolder()) + "/FourDSTEMTree.xml"));
  ASSERT_NE(tree.Find("numberOfLeaves"), nullptr);
  EXPECT_NE(HelpText(tree, "FourDSTEMTree", 80).find("--returnparameterfile"), std::string::npos);
  EXPECT_EQ(HelpText(CommandDescription::FromXml("<executable></executable>"), "T", 80).find("--returnparameterfile"),
            std::string::npos);
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
} // namespace
