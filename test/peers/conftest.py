# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What tests against other packages share: run(command, argument...) and scans whose every value is known."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest


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
def counts():
    """counts(shape, dtype): values that differ from pixel to pixel and fit every type, C order (Ry, Rx, Qy, Qx)."""

    def make(shape, dtype=np.uint16):
        index = np.arange(np.prod(shape), dtype=np.int64)
        return ((index * 7 + index // 11) % 113).astype(dtype).reshape(shape)

    return make
