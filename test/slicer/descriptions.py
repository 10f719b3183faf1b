# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""3D Slicer's own ModuleDescriptionParser. slicer-core ships it, and the node that shows what it read, but no Python for
the parser: it is called by its C++ names."""

import ctypes
from pathlib import Path

import slicer_core


class Parser:
    """Slicer's parser and its ModuleDescription, by the names that GCC gave them."""

    Size = 1 << 16  # more than any of the objects takes

    def __init__(self):
        libraries = Path(slicer_core.__file__).parent
        self.parser = ctypes.CDLL(str(libraries / "third_party.libs" / "libModuleDescriptionParser.so"))
        self.nodes = ctypes.CDLL(str(libraries / "libMRMLCLI.so"))
        self.cxx = ctypes.CDLL("libstdc++.so.6")

    def string(self, text):
        made = ctypes.create_string_buffer(64)
        self.cxx._ZNSsC1EPKcRKSaIcE(made, ctypes.c_char_p(text.encode()), ctypes.create_string_buffer(8))
        return made

    def register(self, text, program=""):
        """Parses a description and registers it under its title, so that vtkMRMLCommandLineModuleNode knows it, as that
        of a program. Returns 0 if it is one."""
        description = ctypes.create_string_buffer(self.Size)
        self.parser._ZN17ModuleDescriptionC1Ev(description)
        failed = self.parser._ZN23ModuleDescriptionParser5ParseERKSsR17ModuleDescription(
            ctypes.create_string_buffer(self.Size), self.string(text), description
        )
        if not failed:
            self.parser._ZN17ModuleDescription7SetTypeERKSs(description, self.string("CommandLineModule"))
            self.parser._ZN17ModuleDescription9SetTargetERKSs(description, self.string(str(program)))
            self.parser._ZN17ModuleDescription11SetLocationERKSs(description, self.string(str(program)))
            self.nodes._ZN28vtkMRMLCommandLineModuleNode25RegisterModuleDescriptionE17ModuleDescription(description)
        return failed
