// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Interrupt_h
#define fourdstem_cli_Interrupt_h

namespace fourdstem::cli
{
/** Ctrl-C, SIGTERM and SIGHUP, remembered instead of ending the process, so that half-written results are removed
 * first. */
class Interrupt
{
public:
  /** From here on the first Ctrl-C, SIGTERM or SIGHUP is remembered; another, two seconds later, does what it always
   * did. A write beyond the file size limit, or to a pipe that nobody reads, becomes an error of the write. */
  static void
  Catch();

  /** The signal's number; 0 while there was none. */
  static int
  Signal();

  /** Whether something was written to a pipe that nobody reads any more, such as that to `head`. */
  static bool
  IsPipeClosed();
};
} // namespace fourdstem::cli

#endif
