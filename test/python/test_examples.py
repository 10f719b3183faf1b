# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The programs of examples/python and examples/elastix."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

EXAMPLES = Path(__file__).parents[2] / "examples"
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


@pytest.fixture(autouse=True)
def modules(monkeypatch):
    """Examples can be imported."""
    monkeypatch.syspath_prepend(EXAMPLES / "python")


def told_by(example, *arguments):
    """What a program of examples/ prints."""
    python = [sys.executable] if example.endswith(".py") else []
    command = [*python, EXAMPLES / example, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_register_flakes(scans):
    import register_flakes

    first, second, truth = scans
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
    told = told_by("python/register_flakes.py", *scans[:2])
    assert "rotated by" in told
    assert "domain 1: Dice" in told


@pytest.mark.skipif(shutil.which("elastix") is None, reason="elastix is not installed")
def test_register_flakes_by_elastix(run, scans, tmp_path):
    import register_flakes

    for name, scan in zip(("first", "second"), scans):
        run("FourDSTEMCluster", scan, tmp_path / name)
    told = told_by("elastix/register_flakes", tmp_path / "first", tmp_path / "second", tmp_path / "out")
    # As by SimpleITK above: the inverse of R p + t.
    assert np.rad2deg(float(told.split()[2])) == pytest.approx(-DEGREES, abs=1.5)
    carried = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "out" / "labels.nrrd")))
    against_truth = register_flakes.overlap(scans[2], carried)
    assert np.mean([against_truth[label] for label in (1, 2)]) > 0.85


def test_pieces_of_domains():
    import domain_shapes

    values = np.ones((20, 24), np.uint16)
    values[10:] = 2
    values[3, 3] = 2  # too small to be a domain
    values[15:18, 2:8] = 1  # a piece of its own
    labels = sitk.GetImageFromArray(values)
    labels.SetSpacing((2.0, 3.0))
    pieces, label_of = domain_shapes.pieces_of(labels, 4)
    assert label_of == [1, 2, 1]
    expected = values.copy()
    expected[3, 3] = 0
    expected[15:18, 2:8] = 3
    np.testing.assert_array_equal(sitk.GetArrayFromImage(pieces), expected)
    assert pieces.GetSpacing() == (2.0, 3.0)


def test_domain_shapes_as_a_program(scans, tmp_path):
    told = told_by("python/domain_shapes.py", scans[0], tmp_path / "pieces.nrrd").splitlines()
    pieces = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "pieces.nrrd")))
    assert len(told) == 1 + pieces.max()
    # A NumPy file has no step: areas are in positions.
    assert [float(line.split()[2]) for line in told[1:]] == np.bincount(pieces.ravel())[1:].tolist()


def test_contours_of_a_disk():
    import itk

    import feature_contours

    y, x = np.mgrid[:60, :80]
    image = itk.image_from_array((np.hypot(2 * x - 70, 2 * y - 50) < 30).astype(np.float32))
    image.SetSpacing([2.0, 2.0])
    (line,) = feature_contours.contours_of(image, 2.0)
    np.testing.assert_allclose(np.hypot(*(line - [70, 50]).T), 30, atol=1.0)
    np.testing.assert_array_equal(line[0], line[-1])


def test_feature_contours_as_a_program(scans, tmp_path):
    told = told_by("python/feature_contours.py", scans[0], tmp_path / "lines.csv", "--annulus", "6,20")
    table = np.genfromtxt(tmp_path / "lines.csv", delimiter=",", names=True)
    assert told == f"{int(table['line'].max())} contours\n"
    assert table["x"].min() >= 0
    assert table["x"].max() <= 43
