// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ScanOutput_h
#define fourdstem_cli_ScanOutput_h

#include "Common/ResultFolder.h"
#include "Common/RunCommand.h"

#include "fourdstem/ScanFile.h"
#include "fourdstem/ScanWriter.h"

#include <memory>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** The copy that the command is to write: its format, its files, and what they say besides the patterns. */
class ScanOutput
{
public:
  /** Looks at the options only. Throws UsageError when the format does not follow from them, when one does not fit it,
   * or when a file exists that is not to be replaced. */
  explicit ScanOutput(const CommandContext & context);

  /** The type that options and format ask for, if any. */
  std::optional<ElementType>
  Type() const;

  /** Throws when the scan does not fit the format, or when one of its files, which are needed, would be replaced. */
  void
  Check(const ScanHeader & scan, const std::vector<std::string> & filesRead) const;

  /** Begins to write `scan`. */
  std::unique_ptr<ScanWriter>
  Begin(const ScanFile & scan, const CommandContext & context) const;

  /** A file of what is known of the scan beside its patterns, to be committed once they are whole; null where the
   * format itself has a place for that. */
  std::unique_ptr<ResultFile>
  Describe(const ScanFile & scan, const CommandContext & context) const;

private:
  enum class Format
  {
    Emd,
    Npy,
    Empad
  };

  const Arguments &        m_Arguments;
  Format                   m_Format;
  std::vector<std::string> m_Files;
};
} // namespace fourdstem::cli

#endif
