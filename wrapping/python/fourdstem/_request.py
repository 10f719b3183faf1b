# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What a function was asked for, as the extension takes it."""

import contextlib

from . import _core
from ._options import call_text, words_of
from ._progress import reporter


@contextlib.contextmanager
def asked(function, label, source, given, progress):
    """A request with the keyword arguments `given`, which are options of `function`; in records it is a call of `label`
    with `source` as its first argument. Progress is shown until the end of the block."""
    words, images = words_of(function, given, label)
    with reporter(progress) as report:
        yield _core.Request(words, images, call_text(label, source, given), report)


def source_of(scan):
    """A scan as the first argument of a call in records."""
    return repr(scan.path) if scan.path else f"<{scan.format}>"
