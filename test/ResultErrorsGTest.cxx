// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RunProgram.h"
#include "ScanFixtures.h"

#include <chrono>
#include <map>

#ifndef _WIN32
#  include <unistd.h>
#endif

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

/** What FourDSTEMCluster and FourDSTEMTree do when something is wrong with the folders they read and write. */
class ResultErrors : public ::testing::Test
{
protected:
  static void
  SetUpTestSuite()
  {
    Made() = std::make_unique<TemporaryFolder>();
    const auto folder = fs::u8path(Made()->Path(""));
    ASSERT_EQ(RunProgram("FourDSTEMPhantom",
                         { Made()->Path("phantom"), "--scan-shape", "26x34", "--detector-shape", "96x104" },
                         folder)
                .exitCode,
              0);
    ASSERT_EQ(
      RunProgram("FourDSTEMCluster", { Made()->Path("phantom/scan.npy"), Made()->Path("results") }, folder).exitCode,
      0);
  }
  static void
  TearDownTestSuite()
  {
    Made().reset();
  }

  static std::unique_ptr<TemporaryFolder> &
  Made()
  {
    static std::unique_ptr<TemporaryFolder> folder;
    return folder;
  }

  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }
  static std::string
  Scan()
  {
    return Made()->Path("phantom/scan.npy");
  }
  /** A result folder to be spoiled. */
  std::string
  CopyOfResults(const std::string & name) const
  {
    fs::copy(fs::u8path(Made()->Path("results")), fs::u8path(this->Path(name)), fs::copy_options::recursive);
    return this->Path(name);
  }

  /** Every file below the test's folder with what is in it. */
  std::map<std::string, std::string>
  Content() const
  {
    std::map<std::string, std::string> content;
    for (const auto & entry : fs::recursive_directory_iterator(fs::u8path(this->Path(""))))
    {
      content[entry.path().u8string()] = entry.is_regular_file() ? FileContent(entry.path()) : "folder";
    }
    return content;
  }

  /** Runs a command that must fail in one line with these words and change no file. */
  void
  ExpectFailure(const std::string &              command,
                const std::vector<std::string> & arguments,
                int                              code,
                const std::vector<std::string> & words,
                const std::string &              launcher = {}) const
  {
    const auto before = this->Content();
    const auto run = RunProgram(command, arguments, fs::u8path(Made()->Path("")), launcher);
    EXPECT_EQ(run.exitCode, code) << run.error;
    ExpectMentions(run.error, words);
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
    EXPECT_EQ(this->Content(), before) << run.error;
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(ResultErrors, TheTargetIsAFile)
{
  m_Folder.Write("file", "mine");
  const auto results = this->CopyOfResults("results");
  for (const bool overwrite : { false, true })
  {
    std::vector<std::string> cluster{ Scan(), this->Path("file") };
    std::vector<std::string> tree{ results, "--prune", "0", "--output", this->Path("file") };
    if (overwrite)
    {
      cluster.emplace_back("--overwrite");
      tree.emplace_back("--overwrite");
    }
    this->ExpectFailure("FourDSTEMCluster", cluster, 1, { "file exists and is not a folder" });
    this->ExpectFailure("FourDSTEMTree", tree, 1, { "file exists and is not a folder" });
  }
  this->ExpectFailure("FourDSTEMTree", { this->Path("file") }, 2, { "file", "is not a folder" });
}

TEST_F(ResultErrors, TheTargetsParentIsMissing)
{
  this->ExpectFailure("FourDSTEMCluster", { Scan(), this->Path("no/results") }, 2, { "no does not exist" });
  this->ExpectFailure("FourDSTEMTree",
                      { this->CopyOfResults("results"), "--prune", "0", "-o", this->Path("no/results") },
                      2,
                      { "--output", "no does not exist" });
}

TEST_F(ResultErrors, TheTargetIsNoResultFolder)
{
  fs::create_directory(fs::u8path(this->Path("mine")));
  m_Folder.Write("mine/notes.txt", "precious");
  this->ExpectFailure(
    "FourDSTEMCluster", { Scan(), this->Path("mine"), "--overwrite" }, 1, { "mine is not a result folder" });
  this->ExpectFailure("FourDSTEMTree",
                      { this->CopyOfResults("results"), "--prune", "0", "-o", this->Path("mine"), "--overwrite" },
                      1,
                      { "mine is not a result folder" });
}

TEST_F(ResultErrors, TheTargetHoldsResultsOfAnotherKind)
{
  fs::copy(fs::u8path(Made()->Path("phantom")), fs::u8path(this->Path("phantom")));
  const std::string              scan = this->Path("phantom/scan.npy");
  const std::string              results = this->CopyOfResults("results");
  const std::vector<std::string> words{ "holds results of FourDSTEMPhantom", "left alone" };
  this->ExpectFailure("FourDSTEMCluster", { scan, this->Path("phantom"), "--overwrite" }, 1, words);
  this->ExpectFailure(
    "FourDSTEMTree", { results, "--prune", "0", "-o", this->Path("phantom"), "--overwrite" }, 1, words);
  this->ExpectFailure("FourDSTEMPhantom",
                      { results, "--scan-shape", "4x4", "--detector-shape", "16x16", "--overwrite" },
                      1,
                      { "holds results of FourDSTEMCluster" });
  m_Folder.Write("phantom/run.json", R"({"program": "other", "files": ["scan.npy"]})");
  this->ExpectFailure(
    "FourDSTEMCluster", { scan, this->Path("phantom"), "--overwrite" }, 1, { "holds results of other" });
}

TEST_F(ResultErrors, TheTargetHoldsWhatIsRead)
{
  const std::string results = this->CopyOfResults("results");
  const std::string mask = results + "/labels.nrrd";
  this->ExpectFailure("FourDSTEMCluster",
                      { Scan(), results, "--mask", mask, "--overwrite" },
                      1,
                      { "would delete", "labels.nrrd", "made from" });
  ASSERT_EQ(RunProgram("FourDSTEMCluster", { Scan(), this->Path("masked"), "--mask", mask }, m_Folder.Get()).exitCode,
            0);
  this->ExpectFailure("FourDSTEMTree",
                      { this->Path("masked"), "--prune", "0", "-o", results, "--overwrite" },
                      1,
                      { "would delete", "labels.nrrd" });
}

#ifndef _WIN32
TEST_F(ResultErrors, TheTargetsParentIsNotOurs)
{
  const std::string launcher = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";
  const auto        folder = fs::u8path(Made()->Path(""));
  if (RunProgram("FourDSTEMTree", { Made()->Path("results") }, folder, launcher).exitCode != 0)
  {
    GTEST_SKIP() << "the commands cannot be run without privileges here";
  }
  fs::create_directory(fs::u8path(this->Path("locked")));
  const auto results = this->CopyOfResults("locked/results");
  fs::permissions(fs::u8path(this->Path("locked")),
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  const std::vector<std::string> words{ "cannot create a folder in", "locked: Permission denied" };
  this->ExpectFailure("FourDSTEMCluster", { Scan(), this->Path("locked/new") }, 1, words, launcher);
  this->ExpectFailure("FourDSTEMCluster", { Scan(), results, "--overwrite" }, 1, words, launcher);
  this->ExpectFailure("FourDSTEMTree", { results, "--prune", "0" }, 1, words, launcher);
  this->ExpectFailure("FourDSTEMTree", { results, "--split", "1:2" }, 1, words, launcher);
  this->ExpectFailure("FourDSTEMTree", { results, "--prune", "0", "-o", this->Path("locked/new") }, 1, words, launcher);
  fs::permissions(fs::u8path(this->Path("locked")), fs::perms::owner_all);
}
#endif

TEST_F(ResultErrors, FilesOfTheFolderAreMissingOrCut)
{
  const auto results = this->CopyOfResults("results");
  for (const char * name : { "run.json", "tree.json", "labels.nrrd", "adf.nrrd", "patterns.nrrd" })
  {
    const auto        path = fs::u8path(results) / name;
    const std::string whole = FileContent(path);
    fs::resize_file(path, whole.size() / 2);
    this->ExpectFailure("FourDSTEMTree", { results }, 1, { name });
    this->ExpectFailure("FourDSTEMTree", { results, "--prune", "0" }, 1, { name });
    fs::remove(path);
    this->ExpectFailure("FourDSTEMTree", { results, "--prune", "0" }, 1, { "there is no", name });
    m_Folder.Write(std::string("results/") + name, whole);
  }
  EXPECT_EQ(RunProgram("FourDSTEMTree", { results }, fs::u8path(Made()->Path(""))).exitCode, 0);
}

TEST_F(ResultErrors, ARecordThatDoesNotTellHowTheTreeWasMade)
{
  const auto results = this->CopyOfResults("results");
  for (const char * record : { R"({"program": "FourDSTEMTree", "files": ["tree.json"]})",
                               R"({"program": "FourDSTEMTree", "files": ["a"], "input": null, "parameters": {}})",
                               R"({"program": "FourDSTEMTree", "files": ["a"], "results": {"analysis": null}})" })
  {
    m_Folder.Write("results/run.json", record);
    this->ExpectFailure("FourDSTEMTree", { results, "--split", "1:2" }, 1, { "run.json", "how the tree was made" });
  }
  m_Folder.Write("results/run.json", "[1, 2]");
  this->ExpectFailure("FourDSTEMTree", { results, "--prune", "0" }, 1, { "run.json is not the record of a run" });
}

TEST_F(ResultErrors, TheScanIsGoneOrAnotherOneBeforeANodeIsDivided)
{
  const auto        scan = fs::u8path(this->Path("scan.npy"));
  const std::string results = this->Path("results");
  fs::copy_file(fs::u8path(Scan()), scan);
  ASSERT_EQ(RunProgram("FourDSTEMCluster", { scan.u8string(), results }, fs::u8path(Made()->Path(""))).exitCode, 0);
  fs::rename(scan, fs::u8path(this->Path("elsewhere.npy")));
  for (const auto & division : { std::pair<std::string, std::string>{ "--split", "1:2" }, { "--regrow", "1" } })
  {
    this->ExpectFailure("FourDSTEMTree", { results, division.first, division.second }, 1, { "scan.npy is not there" });
  }
  m_Folder.Write("scan.npy", "something else");
  this->ExpectFailure("FourDSTEMTree", { results, "--split", "1:2" }, 1, { "scan.npy has 14 bytes now" });
}

TEST_F(ResultErrors, TheScanIsAnotherOneOfTheSameSize)
{
  const auto        scan = fs::u8path(this->Path("scan.npy"));
  const std::string results = this->Path("results");
  fs::copy_file(fs::u8path(Scan()), scan);
  ASSERT_EQ(RunProgram("FourDSTEMCluster", { scan.u8string(), results }, fs::u8path(Made()->Path(""))).exitCode, 0);
  fs::last_write_time(scan, fs::last_write_time(scan) + std::chrono::hours(1));
  this->ExpectFailure("FourDSTEMTree", { results, "--split", "1:2" }, 1, { "scan.npy was changed at" });
}

TEST_F(ResultErrors, OptionsThatDoNothingAreRefused)
{
  const auto cluster = [this](std::vector<std::string> options, const std::vector<std::string> & words) {
    std::vector<std::string> arguments{ Scan(), this->Path("none") };
    arguments.insert(arguments.end(), options.begin(), options.end());
    this->ExpectFailure("FourDSTEMCluster", arguments, 2, words);
  };
  const std::string image = Made()->Path("results/origin.nrrd");
  cluster({ "--origin-file", image }, { "--origin-file", "--origin file" });
  cluster({ "--feature-mask-file", image }, { "--feature-mask-file", "--feature-mask file" });
  cluster({ "--splits", "0:2" }, { "--splits", "--mode paper" });
  cluster({ "--criterion", "gap" }, { "--criterion", "--mode paper" });
  cluster({ "--std-fraction", "0.2" }, { "--std-fraction", "--feature-mask std-fraction" });
  cluster({ "--mode", "paper", "--splits", "0:2", "--maximum-k", "4" }, { "--maximum-k", "without --splits" });
  cluster({ "--mode", "paper", "--expand-gradients" }, { "--expand-gradients", "--mode auto" });
  cluster({ "--inner-radius", "30.5", "--outer-radius", "20" }, { "--inner-radius: is 30.5, not below", "20" });
  cluster({ "--memory-limit", "1MiB" }, { "--memory-limit: takes at least 64MiB" });

  const std::string results = this->CopyOfResults("results");
  this->ExpectFailure("FourDSTEMTree", { results, "-o", this->Path("none") }, 2, { "--output: goes with an edit" });
  this->ExpectFailure(
    "FourDSTEMTree", { results, "--prune", "0", "--overwrite" }, 2, { "--overwrite: goes with --output" });
  this->ExpectFailure("FourDSTEMTree", { results, "--merge", "0,1" }, 2, { "--merge: node 0 is no leaf" });
  this->ExpectFailure("FourDSTEMTree", { results, "--split", "1:100000" }, 2, { "--split: node 1 cannot have" });
}

#ifdef __linux__
TEST_F(ResultErrors, TheOutputIsLookedAtBeforeTheWork)
{
  const std::string cluster =
    std::string("'") + CommandFolder() + "/FourDSTEMCluster' '" + Scan() + "' '" + this->Path("none") + "'";
  const auto run = [](const std::string & line) {
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(run(cluster + " >/dev/full 2>/dev/null"), 1);
  EXPECT_TRUE(this->Content().empty());
  EXPECT_EQ(run(cluster + " --returnparameterfile /dev/full/x >/dev/null 2>&1"), 1);
  EXPECT_TRUE(this->Content().empty());
  int interrupted = 0;
  for (int milliseconds = 99; milliseconds > 10 && interrupted == 0; milliseconds /= 2) // until it is not done by then
  {
    fs::remove_all(fs::u8path(this->Path("none")));
    interrupted =
      run("timeout --preserve-status -s HUP 0.0" + std::to_string(milliseconds) + " " + cluster + " >/dev/null 2>&1");
  }
  EXPECT_EQ(interrupted, 129);
  EXPECT_TRUE(this->Content().empty());
  EXPECT_EQ(run("bash -c \"set -o pipefail; " + cluster + " | true\" 2>'" + this->Path("error.txt") + "'"), 0);
  EXPECT_EQ(FileContent(fs::u8path(this->Path("error.txt"))), "");
  EXPECT_TRUE(fs::exists(fs::u8path(this->Path("none/index.html"))));
}
#endif
