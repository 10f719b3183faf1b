# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The steps to strain one by one, peak lists, and patterns of labels: against the whole, and against NumPy."""

import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem

RADIUS = 2.5  # of a disk on 64 pixels


@pytest.fixture(scope="module")
def crystal(run, tmp_path_factory):
    """A crystal stretched along x from 0 in the first column to 3 % in the last; the beam in the middle everywhere."""
    folder = tmp_path_factory.mktemp("crystal") / "scan"
    run(
        *("FourDSTEMPhantom", folder, "--kind", "ramp", "--scan-shape", "6x16", "--detector-shape", "64x64"),
        *("--dose", 200, "--descan-ramp", 0, "--descan-jitter", 0),
    )
    return fourdstem.open(next(folder.glob("*.npy")))


@pytest.fixture(scope="module")
def origins(crystal):
    return fourdstem.origins(crystal)


@pytest.fixture(scope="module")
def places(crystal):
    return fourdstem.find_places(fourdstem.statistics(crystal)["mean"], disk_radius=RADIUS)


def test_steps_to_strain(crystal, origins, places):
    assert places.places.shape == places.indices.shape
    disks = fourdstem.bragg_disks(crystal, places, disk_radius=RADIUS, origins=origins)
    assert disks.shape == (6, 16, 4 * len(places.places))
    assert disks.components[:4] == ("disk 1 x", "disk 1 y", "disk 1 height", "disk 1 sigma")
    structured = fourdstem.bragg_disks(
        crystal, places, disk_radius=RADIUS, origins=origins, structure=0.3, electrons=100
    )
    assert np.nanmean(structured.component("disk 1 sigma")) > 1.2 * np.nanmean(disks.component("disk 1 sigma"))
    lattice = fourdstem.fit_lattice(disks, places)
    assert lattice.components[2:6] == ("g1 x", "g1 y", "g2 x", "g2 y")
    unstrained = np.zeros((6, 16), np.uint8)
    unstrained[:, 0] = 1
    found = fourdstem.lattice_strain(lattice, mask=unstrained)
    assert found.spacing == crystal.calibration["scan"]["spacing"]
    e_xx = found.component("e_xx").mean(axis=0)
    np.testing.assert_allclose(e_xx, np.linspace(0, 0.03, 16), atol=2e-3)
    assert abs(np.nanmean(found.component("e_yy"))) < 1e-3
    # Turned by a right angle the axes are exchanged.
    turned = fourdstem.lattice_strain(lattice, mask=unstrained, scan_rotation=90)
    np.testing.assert_allclose(turned.component("e_yy"), found.component("e_xx"), atol=1e-6)


def test_steps_on_images(crystal, origins, places):
    array = fourdstem.bragg_disks(np.asarray(crystal), places, disk_radius=RADIUS, origins=np.asarray(origins))
    disks = array.to_sitk()
    lattice = fourdstem.fit_lattice(disks, places.indices)
    assert isinstance(lattice, sitk.Image)
    given = fourdstem.lattice_strain(lattice, reference=(*places.g1, *places.g2))
    same = fourdstem.lattice_strain(fourdstem.fit_lattice(array, places), reference=(*places.g1, *places.g2))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(given), np.asarray(same))
    itk_made = fourdstem.lattice_strain(fourdstem.fit_lattice(array.to_itk(), places))
    assert itk_made.GetNumberOfComponentsPerPixel() == len(same.components)


def test_ellipse_taken_out_and_pixels_calibrated(crystal, origins, places):
    disks = fourdstem.bragg_disks(crystal, places, disk_radius=RADIUS, origins=origins)
    corrected = fourdstem.undistort_disks(disks, ratio=1.21, angle=90)
    assert corrected.components == disks.components
    np.testing.assert_allclose(corrected.component("disk 1 x"), disks.component("disk 1 x") * 1.1, rtol=1e-5)
    np.testing.assert_allclose(corrected.component("disk 1 y"), disks.component("disk 1 y") / 1.1, rtol=1e-5)

    lattice = fourdstem.fit_lattice(disks, places)
    unstrained = np.zeros((6, 16), np.uint8)
    unstrained[:, :2] = 1
    found = fourdstem.calibrate(lattice, (0.3153, 0.3153, 120), mask=unstrained)
    length = np.mean(np.hypot(lattice.component("g1 x"), lattice.component("g1 y"))[:, :2])
    assert found.pixel_size == pytest.approx(1 / (0.3153 * np.sin(np.pi / 3) * length), rel=5e-3)
    assert 0 < found.pixel_size_error < 0.01 * found.pixel_size
    assert found.ellipse_ratio == pytest.approx(1, abs=0.01)


def test_peaks_there_and_back(crystal, origins, tmp_path):
    peaks = fourdstem.bragg_peaks(crystal, disk_radius=RADIUS, origins=origins)
    assert peaks.shape == crystal.shape
    assert peaks.counts.sum() == len(peaks)
    one = peaks[2, 3]
    assert len(one) == peaks.counts[2, 3]
    # The direct beam is the highest.
    assert (one["x"][0], one["y"][0]) == pytest.approx(tuple(origins[2, 3]), abs=0.3)
    assert np.all(np.diff(one["intensity"]) <= 0)
    np.testing.assert_array_equal(peaks[-4, -13], one)
    with pytest.raises(IndexError):
        peaks[6, 0]

    peaks.save(tmp_path / "peaks.h5")
    read = fourdstem.read_peaks(tmp_path / "peaks.h5")
    np.testing.assert_array_equal(read[2, 3], one)
    np.testing.assert_array_equal(read.origins, peaks.origins)
    with pytest.raises(fourdstem.FileError, match="exists"):
        peaks.save(tmp_path / "peaks.h5")
    peaks.save(tmp_path / "peaks.h5", overwrite=True)


def test_strain_of_peaks_is_the_commands(crystal, origins, run, tmp_path):
    fourdstem.bragg_peaks(crystal, disk_radius=RADIUS, origins=origins).save(tmp_path / "peaks.h5")
    found = fourdstem.strain(fourdstem.read_peaks(tmp_path / "peaks.h5"), reference_region=(0, 0, 6, 1))
    run(
        *("FourDSTEMStrain", tmp_path / "peaks.h5", tmp_path / "strain", "--peaks"),
        *("--reference-region", "0,0,6,1"),
    )
    command = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "strain" / "strain.nrrd")))
    np.testing.assert_array_equal(np.asarray(found.maps), command)
    np.testing.assert_allclose(found.component("e_xx").mean(axis=0), np.linspace(0, 0.03, 16), atol=2e-3)


def test_patterns_of_labels(crystal):
    labels = np.zeros((6, 16), np.uint16)
    labels[:3] = 1
    labels[3:, 4:] = 3
    found = fourdstem.label_patterns(crystal, labels)
    assert found.positions.tolist() == [48, 0, 36]
    scan = np.asarray(crystal).astype(np.float64)
    # Origins in the middle: patterns stay where they are.
    for label in (1, 3):
        patterns = scan[labels == label]
        np.testing.assert_allclose(found.mean[label - 1], patterns.mean(axis=0), rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(found.variance[label - 1], patterns.var(axis=0, ddof=1), rtol=1e-4, atol=1e-3)
    assert np.isnan(found.mean[1]).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda s, p: fourdstem.find_places(np.zeros((64, 64)), disk_radius=RADIUS), "no lattice is found"),
        (lambda s, p: fourdstem.find_places(np.zeros((64, 64)), disk_radius=0), "disk_radius is 0"),
        (lambda s, p: fourdstem.bragg_disks(s, np.zeros((0, 2)), disk_radius=RADIUS), "shape"),
        (lambda s, p: fourdstem.bragg_disks(s, p, disk_radius=RADIUS, origins=np.zeros((5, 16, 2))), "origins has"),
        (lambda s, p: fourdstem.bragg_disks(s, p, disk_radius=RADIUS, structure=2), "structure is 2"),
        (lambda s, p: fourdstem.undistort_disks(np.zeros((6, 16, 8)), ratio=0.5, angle=0), "ratio is 0.5"),
        (lambda s, p: fourdstem.undistort_disks(np.zeros((6, 16, 7)), ratio=1.5, angle=0), "four for each disk"),
        (lambda s, p: fourdstem.calibrate(np.zeros((6, 16, 7)), (1, 1, 90)), "7 components"),
        (lambda s, p: fourdstem.calibrate(np.full((6, 16, 11), np.nan), (1, 1, 90)), "lattice"),
        (lambda s, p: fourdstem.fit_lattice(np.zeros((6, 16, 7)), p), "four components"),
        (lambda s, p: fourdstem.lattice_strain(np.zeros((6, 16, 7))), "lattice has 7 components"),
        (lambda s, p: fourdstem.lattice_strain(np.zeros((6, 16, 11)), reference=(1, 2)), "reference has 2 numbers"),
        (lambda s, p: fourdstem.label_patterns(s, np.full((6, 16), -1)), "labels are whole numbers"),
        (lambda s, p: fourdstem.bragg_peaks(s, disk_radius=-1), "radius"),
    ],
)
def test_what_cannot_be(crystal, places, call, text):
    with pytest.raises((ValueError, RuntimeError), match=text):
        call(crystal, places)
