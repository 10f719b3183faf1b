# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Exceptions of the package.

Wrong options are ValueError, wrong types TypeError, failures of an analysis RuntimeError."""


class FileError(OSError, ValueError):
    """A file is missing, unreadable, cut, or not what it seems. The text names it, what was found and accepted."""


class ChoiceNeeded(FileError):
    """A file can be read in several ways, and an option must say in which.

    Attributes
    ----------
    choice : str
        "scan shape", "data set" or "axis order".
    candidates : list of (str, str)
        What the option takes, and what is known about it.
    """

    def __init__(self, text, choice="", candidates=()):
        super().__init__(text)
        self.choice = choice
        self.candidates = list(candidates)
