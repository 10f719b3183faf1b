# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The programs of examples/python."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"
DEGREES, SHIFT = 12.0, (3.0, -2.0)  # columns, rows


@pytest.fixture(scope="module")
def scans(run, tmp_path_factory):
    """(first, second, labels of the first) of one flake: the second rotated, shifted, of a third of the dose."""
    folder = tmp_path_factory.mktemp("flakes")
    run(
        *("FourDSTEMPhantom", folder / "flake", "--scan-shape", "44x44", "--detector-shape", "48x48"),
        *("--dose", 60, "--no-noise", "--descan-jitter", 0, "--descan-ramp", 0),
    )
    expected = np.load(next((folder / "flake").glob("*.npy")))
    truth = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / "flake" / "labels.nrrd")))
    # Position p of the second scan shows what the first has at R p + t.
    y, x = np.mgrid[:44, :44] - 21.5
    angle = np.deg2rad(DEGREES)
    column = np.cos(angle) * x - np.sin(angle) * y + SHIFT[0] + 21.5
    row = np.sin(angle) * x + np.cos(angle) * y + SHIFT[1] + 21.5
    at = tuple(np.clip(np.rint(axis).astype(int), 0, 43) for axis in (row, column))
    random = np.random.default_rng(5)
    np.save(folder / "first.npy", random.poisson(expected).astype(np.uint16))
    np.save(folder / "second.npy", random.poisson(expected[at] / 3).astype(np.uint16))
    return folder / "first.npy", folder / "second.npy", truth


def test_register_flakes(scans):
    first, second, truth = scans
    sys.path.insert(0, str(EXAMPLES))
    try:
        import register_flakes
    finally:
        sys.path.remove(str(EXAMPLES))
    transform, ours, carried, measures = register_flakes.compare(first, second)
    # From the first's points to the second's: the inverse of R p + t.
    assert np.rad2deg(transform.GetAngle()) == pytest.approx(-DEGREES, abs=1.5)
    centre = transform.TransformPoint((21.5 + SHIFT[0], 21.5 + SHIFT[1]))
    np.testing.assert_allclose(centre, (21.5, 21.5), atol=1.0)
    large = [label for label in measures if np.count_nonzero(ours == label) > 100]
    assert len(large) >= 3
    assert np.mean([measures[label] for label in large]) > 0.8
    against_truth = register_flakes.overlap(truth, carried)
    assert np.mean([against_truth[label] for label in (1, 2)]) > 0.85


def test_register_flakes_as_a_program(scans):
    told = subprocess.run(
        [sys.executable, EXAMPLES / "register_flakes.py", *scans[:2]], capture_output=True, text=True, check=True
    ).stdout
    assert "rotated by" in told
    assert "domain 1: Dice" in told
