// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Interrupt_h
#define fourdstem_cli_Interrupt_h

namespace fourdstem::cli
{
/** Ctrl-C and SIGTERM, remembered instead of ending the process, so that half-written results are removed first. */
class Interrupt
{
public:
  /** From here on the first Ctrl-C or SIGTERM is remembered; the second does what it always did. A write beyond the
   * file size limit becomes an error of the write. */
  static void
  Catch();

  /** The signal's number; 0 while there was none. */
  static int
  Signal();
};
} // namespace fourdstem::cli

#endif
