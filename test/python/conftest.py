# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share: run(command, argument...), a simulated flake, counts known by formula."""

import os
import subprocess
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def run():
    """Runs a command of this project and returns what it printed; fails with its message when it fails."""
    folder = Path(os.environ["FOURDSTEM_BIN"])

    def call(command, *arguments):
        done = subprocess.run([folder / command, *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="session")
def flake(run, tmp_path_factory):
    """The file of a simulated flake of 24 x 28 positions, 48 x 48 pixels."""
    folder = tmp_path_factory.mktemp("phantom") / "flake"
    run("FourDSTEMPhantom", folder, "--scan-shape", "24x28", "--detector-shape", "48x48", "--dose", 40)
    return next(folder.glob("*.npy"))


@pytest.fixture(scope="session")
def counts():
    """counts(shape, dtype): values that differ from pixel to pixel and fit every type, C order (Ry, Rx, Qy, Qx)."""

    def make(shape=(3, 5, 6, 7), dtype=np.uint16):
        index = np.arange(np.prod(shape), dtype=np.int64)
        return ((index * 7 + index // 11) % 113).astype(dtype).reshape(shape)

    return make
