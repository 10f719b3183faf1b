# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The cepstrum's lattice, tilt and radial profiles: against the lattice of the disks, Friedel's law, and NumPy."""

import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem

RADIUS = 3.0


@pytest.fixture(scope="module")
def crystal(run, tmp_path_factory):
    """A crystal of disks close together, stretched along x from 0 in the first column to 3 % in the last."""
    folder = tmp_path_factory.mktemp("dense") / "scan"
    run(
        *("FourDSTEMPhantom", folder, "--kind", "ramp", "--scan-shape", "6x16", "--detector-shape", "96x96"),
        *("--dose", 200, "--lattice-length", 9, "--probe-radius", RADIUS),
    )
    return fourdstem.open(next(folder.glob("*.npy")))


@pytest.fixture(scope="module")
def origins(crystal):
    return fourdstem.origins(crystal)


@pytest.fixture(scope="module")
def mean(crystal):
    return fourdstem.statistics(crystal)["mean"]


def test_strain_from_the_cepstrum(crystal, origins, mean):
    lattice = fourdstem.cepstrum_lattice(crystal, mean, origins=origins)
    assert lattice.shape == (6, 16, 11)
    assert lattice.components[2:4] == ("g1 x", "g1 y")
    unstrained = np.zeros((6, 16), np.uint8)
    unstrained[:, 0] = 1
    found = fourdstem.lattice_strain(lattice, mask=unstrained)
    np.testing.assert_allclose(found.component("e_xx").mean(axis=0), np.linspace(0, 0.03, 16), atol=3e-3)
    assert abs(found.component("e_yy")).mean() < 3e-3


def test_tilt_of_a_crystal_that_has_none(crystal, origins, mean):
    places = fourdstem.find_places(mean, disk_radius=RADIUS)
    tilt = fourdstem.diffraction_tilt(crystal, places, disk_radius=RADIUS, origins=origins)
    assert tilt.components[0].startswith("Friedel asymmetry")
    assert tilt.components[-1] == "disk broadening"
    assert tilt.spacing == crystal.calibration["scan"]["spacing"]
    for name in ("tilt x", "tilt y"):
        assert abs(np.nanmean(tilt.component(name))) < 0.02


def test_radial_profile_is_that_of_numpy(crystal):
    values = np.asarray(crystal).astype(np.float64)
    found = np.asarray(fourdstem.radial_profile(crystal, first=1, width=2, rings=5, variance=True))
    y, x = np.mgrid[:96, :96] - 48
    ring = np.floor((np.hypot(x, y) - 1) / 2)
    for k in range(5):
        inside = values[..., ring == k]
        np.testing.assert_allclose(found[..., k], inside.mean(axis=-1), rtol=1e-5)
        np.testing.assert_allclose(found[..., 5 + k], inside.var(axis=-1), rtol=1e-4, atol=1e-3)
    assert fourdstem.radial_profile(crystal).shape == (6, 16, 48)


def test_kinds(crystal, origins, mean):
    values = np.asarray(crystal)
    places = fourdstem.find_places(mean, disk_radius=RADIUS)
    tilt = fourdstem.diffraction_tilt(values, places, disk_radius=RADIUS, origins=np.asarray(origins))
    of_scan = fourdstem.diffraction_tilt(crystal, places, disk_radius=RADIUS, origins=origins)
    np.testing.assert_array_equal(np.asarray(tilt), np.asarray(of_scan))
    lattice = fourdstem.cepstrum_lattice(values, sitk.GetImageFromArray(np.asarray(mean)), origins=origins)
    np.testing.assert_array_equal(
        np.asarray(lattice), np.asarray(fourdstem.cepstrum_lattice(crystal, mean, origins=origins))
    )


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda s, m, p: fourdstem.cepstrum_lattice(s, m, side=97), ValueError, "side of 16"),
        (lambda s, m, p: fourdstem.cepstrum_lattice(s, m, inner_radius=30), RuntimeError, "one by one"),
        (lambda s, m, p: fourdstem.cepstrum_lattice(s, np.zeros((5, 5))), ValueError, "mean has the shape"),
        (lambda s, m, p: fourdstem.radial_profile(s, width=0), ValueError, "width 0"),
        (lambda s, m, p: fourdstem.diffraction_tilt(s, p, disk_radius=0), ValueError, "above 0"),
        (lambda s, m, p: fourdstem.diffraction_tilt(s, p.places, disk_radius=3), TypeError, "Places"),
        (
            lambda s, m, p: fourdstem.diffraction_tilt(s, p._replace(indices=p.indices[:1]), disk_radius=3),
            ValueError,
            "shape",
        ),
    ],
)
def test_what_cannot_be(crystal, mean, call, error, text):
    with pytest.raises(error, match=text):
        call(crystal, mean, fourdstem.find_places(mean, disk_radius=RADIUS))
