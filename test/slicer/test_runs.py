# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The commands as 3D Slicer runs them: its logic makes the command line, every parameter that has a value is passed."""

import json
import re
import subprocess
import sys

import pytest
import slicer
from descriptions import Parser

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="calls the parser by the names of GCC")


@pytest.fixture(scope="module")
def apply(commands, tmp_path_factory):
    """apply(command, parameters): what the user's Apply does. Returns the command's node when it is done. `image` names
    an output that goes to a vector volume."""
    parser = Parser()
    scene = slicer.vtkMRMLScene()
    application = slicer.vtkSlicerApplicationLogic()
    application.SetMRMLScene(scene)
    temporary = tmp_path_factory.mktemp("temporary")
    application.SetTemporaryPath(str(temporary))
    logic = slicer.vtkSlicerCLIModuleLogic()
    logic.SetMRMLApplicationLogic(application)
    logic.SetMRMLScene(scene)
    logic.DeleteTemporaryFilesOff()

    def call(command, image=None, **parameters):
        text = subprocess.run([commands / command, "--xml"], capture_output=True, text=True, check=True).stdout
        assert parser.register(text, commands / command) == 0
        node = slicer.vtkMRMLCommandLineModuleNode()
        scene.AddNode(node)
        node.SetModuleDescription(re.search("<title>(.*)</title>", text).group(1))
        for name, value in parameters.items():
            node.SetParameterAsString(name, str(value))
        if image is not None:
            node.SetParameterAsNode(image, scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode"))
        logic.ApplyAndWait(node, False)
        assert node.GetStatusString() == "Completed", node.GetErrorText()
        for file in temporary.glob("*.params"):
            node.ReadParameterFile(str(file))  # as Slicer's main loop does
            file.unlink()
        return node

    yield call
    logic.SetMRMLScene(None)
    logic.SetMRMLApplicationLogic(None)
    application.SetMRMLScene(None)
    scene.Clear(1)


@pytest.fixture(scope="module")
def scan(apply, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    apply("FourDSTEMPhantom", outputFolder=folder / "flake", scanShape="20x24", detectorShape="48x44", dose=40)
    return next((folder / "flake").glob("*.npy"))


def value(node, name):
    for g in range(node.GetNumberOfParameterGroups()):
        for p in range(node.GetNumberOfParametersInGroup(g)):
            if node.GetParameterName(g, p) == name:
                return node.GetParameterValue(g, p)
    raise KeyError(name)


def test_cluster_and_tree(apply, scan, tmp_path):
    node = apply("FourDSTEMCluster", inputFile=scan, outputFolder=tmp_path / "results", scanStep=2.5)
    record = json.loads((tmp_path / "results" / "run.json").read_text())
    assert record["parameters"]["scanStep"] == 2.5
    leaves = record["results"]["leaves"]
    assert leaves > 2
    assert value(node, "numberOfLeaves") == str(leaves), "what a command returns arrives in Slicer"

    node = apply("FourDSTEMTree", resultFolder=tmp_path / "results", output=tmp_path / "cut", leaves=2)
    assert value(node, "numberOfLeaves") == "2"
    assert (tmp_path / "cut" / "labels.seg.nrrd").exists()


def test_every_other_command(apply, scan, tmp_path):
    apply("FourDSTEMInfo", inputFile=scan)
    apply("FourDSTEMConvert", inputFile=scan, outputFile=tmp_path / "copy.h5")
    apply("FourDSTEMStrain", inputFile=scan, outputFolder=tmp_path / "strain")
    apply("FourDSTEMVirtualDetector", image="outputImage", inputFile=scan)
    for name in ("copy.h5", "strain/strain.nrrd"):
        assert (tmp_path / name).stat().st_size > 0
