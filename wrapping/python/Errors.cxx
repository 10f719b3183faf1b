// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Errors.h"

#include "Common/RunCommand.h"

#include "itkMacro.h"

#include <nanobind/nanobind.h>

namespace fourdstem::python
{
namespace nb = nanobind;

namespace
{
/** Sets the exception `name` of fourdstem._errors, made from the arguments. */
template <typename... TArguments>
void
Raise(const char * name, const TArguments &... arguments)
{
  const nb::object type = nb::module_::import_("fourdstem._errors").attr(name);
  const nb::object error = type(arguments...);
  PyErr_SetObject(type.ptr(), error.ptr());
}

void
Translate(const std::exception_ptr & pointer, void *)
{
  try
  {
    std::rethrow_exception(pointer);
  }
  catch (const ScanChoiceNeeded & error)
  {
    nb::list candidates;
    for (const ScanCandidate & candidate : error.Candidates())
    {
      candidates.append(nb::make_tuple(candidate.value.c_str(), candidate.about.c_str()));
    }
    Raise("ChoiceNeeded", nb::str(error.what()), nb::str(error.Choice().c_str()), candidates);
  }
  catch (const FileError & error)
  {
    Raise("FileError", nb::str(error.what()));
  }
  catch (const FileFailure & error)
  {
    Raise("FileError", nb::str(error.what()));
  }
  catch (const itk::ExceptionObject & error)
  {
    Raise("FileError", nb::str(cli::OneLine(error).c_str()));
  }
  catch (const cli::UsageError & error)
  {
    PyErr_SetString(PyExc_ValueError, error.what());
  }
  catch (const Aborted &)
  {
    PyErr_SetNone(PyExc_KeyboardInterrupt);
  }
}
} // namespace

void
TranslateErrors()
{
  nb::register_exception_translator(&Translate);
}
} // namespace fourdstem::python
