# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Filters: analytic truth, and the commands' bits."""

import signal
import sys

import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem


def read(path):
    image = sitk.ReadImage(str(path))
    return sitk.GetArrayFromImage(image), image


def disk(centre, shape=(32, 32), radius=4.0):
    y, x = np.mgrid[: shape[0], : shape[1]]
    return 100.0 * np.clip(radius - np.hypot(x - centre[0], y - centre[1]) + 0.5, 0, 1)


@pytest.fixture(scope="module")
def descanned():
    """(patterns with a disk each, the disks' centres)"""
    centres = np.array([[(15 + 0.5 * rx, 16 - 0.25 * ry) for rx in range(6)] for ry in range(5)])
    return np.array([[disk(centre) for centre in row] for row in centres], np.float32), centres


def test_virtual_detector_is_the_commands(flake, run, tmp_path):
    run("FourDSTEMVirtualDetector", flake, tmp_path / "vd.nrrd", "--annulus", "8,20", "--detectors", "BF,ADF,COM")
    told, image = read(tmp_path / "vd.nrrd")
    made = fourdstem.virtual_detector(fourdstem.open(flake), annulus=(8, 20), detectors=["BF", "ADF", "COM"])
    np.testing.assert_array_equal(made, told)
    assert ",".join(made.components) == image.GetMetaData("FourDSTEM_ComponentNames")
    assert made.spacing == image.GetSpacing()[::-1]


def test_origins_follow_the_disk(descanned):
    scan, centres = descanned
    found = fourdstem.origins(scan, bad_pixels="none")
    assert found.shape == (5, 6, 2)
    assert found.components == ("qx0", "qy0")
    # The disks are drawn in whole pixels, so their own centres of mass are up to 0.03 off.
    np.testing.assert_allclose(found, centres, atol=0.05)


def test_a_given_origin_is_taken(descanned):
    scan, centres = descanned
    np.testing.assert_array_equal(
        fourdstem.origins(scan, origin=centres.astype(np.float32)), centres.astype(np.float32)
    )
    with pytest.raises(ValueError, match="needed"):
        fourdstem.origins(scan, origin=centres[1:])
    with pytest.raises(TypeError, match="array"):
        fourdstem.origins(scan, mode=centres)


def test_statistics_are_aligned():
    scan = np.array([[disk((14 + rx, 15 + ry)) for rx in range(4)] for ry in range(4)], np.float32)
    found = fourdstem.statistics(
        scan, bad_pixels="none", origin=np.array([[(14.0 + rx, 15.0 + ry) for rx in range(4)] for ry in range(4)])
    )
    covered = np.isfinite(found["mean"])
    expected = disk((16, 16))
    np.testing.assert_allclose(np.asarray(found["mean"])[covered], expected[covered], rtol=1e-5)
    np.testing.assert_allclose(np.asarray(found["max"])[covered], expected[covered], rtol=1e-5)
    assert np.nanmax(found["std"]) < 1e-3


def test_features_are_what_is_clustered(flake):
    made = fourdstem.features(fourdstem.open(flake))
    clusters = fourdstem.cluster(fourdstem.open(flake))
    assert list(made.components) == clusters.feature_names
    # The root's centroid is their mean over all positions.
    centroid = np.array(clusters.nodes[0]["centroid"], float)
    np.testing.assert_allclose(np.asarray(made, float).mean(axis=(0, 1)), centroid, rtol=1e-4, atol=1e-4)


def test_check_finds_what_was_broken():
    rng = np.random.default_rng(1)
    scan = rng.poisson(20, (8, 8, 24, 24)).astype(np.uint16)
    scan[:, :, 8:16, 8:16] += rng.poisson(400, (8, 8, 8, 8)).astype(np.uint16)
    scan[:, :, 5, 6] = 60000
    scan[:, :, 18, 3] = 0
    scan[2, 3] = 0
    found = fourdstem.check(scan)
    kinds = [found["kinds"][code] for code in found["pixels"][[5, 18], [6, 3]]]
    assert kinds == ["hot", "dead"]
    assert found["bad"].sum() == 2
    assert found["patterns"] == 64
    assert found["empty_patterns"] == 1
    assert found["maximum"] == 60000
    np.testing.assert_allclose(found["mean"], scan.mean(axis=(0, 1)), rtol=1e-12)
    bad = fourdstem.bad_pixels(scan)
    assert np.argwhere(bad).tolist() == [[5, 6], [18, 3]]


def test_no_option_is_passed_over(descanned):
    scan, _ = descanned
    with pytest.raises(TypeError, match="did you mean 'annulus'"):
        fourdstem.virtual_detector(scan, anulus=(1, 2))
    with pytest.raises(ValueError, match="annulus"):
        fourdstem.virtual_detector(scan, annulus=(1, 2, 3))
    with pytest.raises(ValueError, match="detectors"):
        fourdstem.virtual_detector(scan, detectors=("XY",))
    with pytest.raises(TypeError, match="scan_step"):
        fourdstem.virtual_detector(scan, scan_step=2)


def test_progress_is_told_and_never_falls(flake):
    told = []
    fourdstem.cluster(flake, progress=lambda done, stage: told.append((done, stage)))
    fractions = [done for done, _ in told]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] and fractions[-1] <= 1
    assert len({stage for _, stage in told}) > 1


def test_a_bar(flake, capsys):
    fourdstem.cluster(flake, progress=True)
    assert "100%" in capsys.readouterr().err
    with pytest.raises(TypeError, match="progress"):
        fourdstem.cluster(flake, progress=3)


def test_what_progress_raises_arrives(flake):
    class Mine(Exception):
        pass

    def stop(done, stage):
        raise Mine(stage)

    with pytest.raises(Mine):
        fourdstem.cluster(flake, progress=stop)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_stops(flake):
    scan = np.tile(np.load(flake), (4, 4, 1, 1))
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        with pytest.raises(KeyboardInterrupt):
            fourdstem.cluster(scan)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
