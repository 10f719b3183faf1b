# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What the tests with 3D Slicer's own nodes share: a simulated flake that the commands analysed, and Slicer's loading.

FOURDSTEM_BIN is the folder of the commands."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk
from vtkmodules.util.numpy_support import vtk_to_numpy

SCAN_STEP = 2.5
DETECTOR_STEP = 0.125
REGION = (2, 3, 17, 20)  # row, column, rows, columns: what is loaded lies off the origin
EDITED = "edited"


@pytest.fixture(scope="session")
def commands():
    return Path(os.environ["FOURDSTEM_BIN"])


@pytest.fixture(scope="session")
def run(commands):
    """Runs a command of this project; fails with its message when it fails."""

    def call(command, *arguments):
        done = subprocess.run([commands / command, *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return call


@pytest.fixture(scope="session")
def work(run, tmp_path_factory):
    """A folder with the results of FourDSTEMCluster, of an edit of FourDSTEMTree and of FourDSTEMStrain, and with
    virtual.nrrd of FourDSTEMVirtualDetector."""
    folder = tmp_path_factory.mktemp("slicer")
    run("FourDSTEMPhantom", folder / "flake", "--scan-shape", "20x24", "--detector-shape", "48x44", "--dose", 40)
    scan = next((folder / "flake").glob("*.npy"))
    region = ",".join(map(str, REGION))
    steps = ["--scan-step", SCAN_STEP, "--detector-step", DETECTOR_STEP, "--detector-unit", "1/nm"]
    run("FourDSTEMCluster", scan, folder / "results", *steps, "--region", region)
    run("FourDSTEMTree", folder / "results", "--cut-leaves", 2, "--output", folder / EDITED)
    run("FourDSTEMStrain", scan, folder / "strain", *steps)
    run("FourDSTEMVirtualDetector", scan, folder / "virtual.nrrd", *steps)
    return folder


@pytest.fixture(scope="session", params=["results", EDITED])
def results(request, work):
    """A result folder, as it was found and after an edit of the tree."""
    return work / request.param


@pytest.fixture
def load():
    """load(path, node class): what 3D Slicer's storage node for that class makes of a file."""
    scene = slicer.vtkMRMLScene()

    def read(path, kind, storage=None):
        node = scene.AddNewNodeByClass(kind)
        if storage is None:
            storage = node.CreateDefaultStorageNode()
        scene.AddNode(storage)
        storage.SetFileName(str(path))
        assert storage.ReadData(node), storage.GetUserMessages().GetAllMessagesAsString()
        assert storage.GetUserMessages().GetNumberOfMessages() == 0
        return node

    yield read
    scene.Clear()


def pixels(image):
    """Values of a vtkImageData: [z, y, x], with more than one component [z, y, x, component]."""
    values = vtk_to_numpy(image.GetPointData().GetScalars())
    return values.reshape(*image.GetDimensions()[::-1], *values.shape[1:])


def placement(node):
    """The matrix that takes pixel (i, j, k) to Slicer's world (right, anterior, superior)."""
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def header(path):
    """Fields and keys of a NRRD, and where its data begins."""
    content = Path(path).read_bytes()
    end = content.index(b"\n\n")
    lines = [line for line in content[:end].decode().split("\n")[1:] if not line.startswith("#")]
    fields = {}
    for line in lines:
        key, value = line.split(":=", 1) if ":=" in line else line.split(": ", 1)
        fields[key] = value
    return fields, end + 2


def stored(path):
    """Values of an uncompressed float NRRD in C order, slowest axis first."""
    fields, begin = header(path)
    assert (fields["type"], fields["encoding"], fields["endian"]) == ("float", "raw", "little")
    return np.fromfile(path, "<f4", offset=begin).reshape([int(size) for size in fields["sizes"].split()][::-1])
