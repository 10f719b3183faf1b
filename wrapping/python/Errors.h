// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Errors_h
#define fourdstem_python_Errors_h

#include "Common/Arguments.h"

#include "fourdstem/FileError.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/ScanFile.h"

#include <stdexcept>

namespace fourdstem::python
{
/** A failure with a file whose text is complete already. */
class FileFailure : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/** Makes C++ exceptions fourdstem.FileError, fourdstem.ChoiceNeeded, ValueError ... with the same text; what is not
 * listed there stays with nanobind: invalid_argument is ValueError, runtime_error RuntimeError. */
void
TranslateErrors();

/** What `work` returns, where every std::runtime_error is a failure with a file. */
template <typename TWork>
auto
WithFile(TWork && work)
{
  try
  {
    return work();
  }
  catch (const ScanChoiceNeeded &)
  {
    throw;
  }
  catch (const FileError &)
  {
    throw;
  }
  catch (const cli::UsageError &)
  {
    throw;
  }
  catch (const Aborted &)
  {
    throw;
  }
  catch (const std::runtime_error & error)
  {
    throw FileFailure(error.what());
  }
}
} // namespace fourdstem::python

#endif
