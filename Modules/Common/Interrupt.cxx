// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Interrupt.h"

#include <csignal>
#include <ctime>

namespace fourdstem::cli
{
namespace
{
volatile std::sig_atomic_t caughtSignal = 0;
volatile std::sig_atomic_t caughtAt = 0; // seconds of a clock
volatile std::sig_atomic_t pipeClosed = 0;

extern "C" void
fourdstemRemember(int signal)
{
  // One wish may come twice at once: `timeout` signals the program and then its group.
  const auto now = static_cast<std::sig_atomic_t>(std::time(nullptr) % 1000000);
  if (caughtSignal != 0 && now != caughtAt && now != caughtAt + 1)
  {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  if (caughtSignal == 0)
  {
    caughtAt = now;
    caughtSignal = signal;
  }
  std::signal(signal, &fourdstemRemember);
}

extern "C" void
fourdstemRememberPipe(int)
{
  pipeClosed = 1;
}
} // namespace

void
Interrupt::Catch()
{
  caughtSignal = 0;
  pipeClosed = 0;
  const int signals[] = { SIGINT,
                          SIGTERM,
#ifdef SIGHUP
                          SIGHUP
#endif
  };
  for (const int signal : signals)
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
#ifdef SIGPIPE
  std::signal(SIGPIPE, &fourdstemRememberPipe);
#endif
}

int
Interrupt::Signal()
{
  return caughtSignal;
}

bool
Interrupt::IsPipeClosed()
{
  return pipeClosed != 0;
}
} // namespace fourdstem::cli
