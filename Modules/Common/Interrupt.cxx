// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Interrupt.h"

#include <csignal>
#include <initializer_list>

namespace fourdstem::cli
{
namespace
{
volatile std::sig_atomic_t caughtSignal = 0;

extern "C" void
fourdstemRemember(int signal)
{
  caughtSignal = signal;
  std::signal(signal, SIG_DFL);
}
} // namespace

void
Interrupt::Catch()
{
  caughtSignal = 0;
  for (const int signal : { SIGINT, SIGTERM })
  {
    // What a parent such as nohup ignores stays ignored.
    if (std::signal(signal, &fourdstemRemember) == SIG_IGN)
    {
      std::signal(signal, SIG_IGN);
    }
  }
#ifdef SIGXFSZ
  std::signal(SIGXFSZ, SIG_IGN);
#endif
}

int
Interrupt::Signal()
{
  return caughtSignal;
}
} // namespace fourdstem::cli
