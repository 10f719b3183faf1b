# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Every command's --xml, read by 3D Slicer's own parser."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import slicer
from descriptions import Parser

COMMANDS = sorted(path.stem for path in (Path(__file__).parents[2] / "Modules" / "CLI").glob("*/*.xml"))
SIMPLE = ("integer", "float", "double", "boolean", "string", "string-enumeration", "integer-vector", "double-vector")
# What takes arguments of the shell in Slicer: see the developer guide, "Command line parameters".
KINDS = {*SIMPLE, "string-vector", "float-vector", "file", "directory", "image"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="calls the parser by the names of GCC")


@pytest.fixture(scope="module")
def parser():
    return Parser()


@pytest.fixture(params=COMMANDS)
def described(request, commands, parser):
    """(what we wrote, as XML; what Slicer read, as its node)."""
    command = commands / request.param
    text = subprocess.run([command, "--xml"], capture_output=True, text=True, check=True).stdout
    assert text.startswith("<?xml")
    # Slicer looks for this file first, and starts the command only where there is none.
    assert (commands / f"{request.param}.xml").read_text() == text
    assert parser.register(text) == 0
    root = ElementTree.fromstring(text)
    node = slicer.vtkMRMLCommandLineModuleNode()
    title = root.findtext("title")
    assert node.HasRegisteredModule(title)
    node.SetModuleDescription(title)
    return root, node


def test_there_are_commands():
    assert len(COMMANDS) >= 7


def test_slicer_reads_every_parameter(described):
    root, node = described
    assert node.GetModuleTitle() == root.findtext("title")
    assert re.fullmatch(r"\d+\.\d+\.\d+", node.GetModuleVersion())
    groups = root.findall("parameters")
    assert node.GetNumberOfParameterGroups() == len(groups)
    flags = []
    for g, group in enumerate(groups):
        assert node.GetParameterGroupLabel(g) == group.findtext("label")
        assert (node.GetParameterGroupAdvanced(g) == "true") == (group.get("advanced") == "true")
        parameters = [child for child in group if child.tag not in ("label", "description")]
        assert node.GetNumberOfParametersInGroup(g) == len(parameters)
        for p, parameter in enumerate(parameters):
            name = parameter.findtext("name")
            assert parameter.tag in KINDS, name
            assert node.GetParameterTag(g, p) == parameter.tag
            assert node.GetParameterName(g, p) == name
            assert node.GetParameterLabel(g, p) == parameter.findtext("label")
            assert node.GetParameterDescription(g, p) == parameter.findtext("description")
            assert node.GetParameterChannel(g, p) == parameter.findtext("channel", "")
            longflag = parameter.findtext("longflag", "")
            assert node.GetParameterLongFlag(g, p) in (longflag, f"--{longflag}")
            assert node.GetParameterIndex(g, p) == parameter.findtext("index", "")
            expected = parameter.findtext("default", "")
            assert node.GetParameterDefault(g, p) == expected, name
            flags += [longflag] if longflag else []
            # Slicer passes what has a flag or an index; what a command returns it must not.
            is_returned = parameter.findtext("channel") == "output" and parameter.tag in SIMPLE
            assert bool(longflag or parameter.findtext("index")) != is_returned, name
            if parameter.tag == "string-enumeration":
                assert expected in [element.text for element in parameter.findall("element")], name
            if parameter.tag in ("integer", "double", "float"):
                assert expected != "" or parameter.findtext("channel") == "output", name
    assert len(flags) == len(set(flags))


def test_four_dimensional_data_is_never_an_image(described):
    """Slicer loads what is an <image>."""
    root, node = described
    for g in range(node.GetNumberOfParameterGroups()):
        for p in range(node.GetNumberOfParametersInGroup(g)):
            assert node.GetParameterTag(g, p) != "image" or node.GetParameterChannel(g, p) == "output"


def test_the_parser_refuses_what_is_wrong(parser):
    assert parser.register("<?xml version='1.0'?><executable><title>T</title><colour/></executable>") != 0
    assert parser.register("<?xml version='1.0'?><parameters/>") != 0
