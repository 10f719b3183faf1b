# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Peak lists: FourDSTEMStrain's peaks.h5 as py4DSTEM reads it, and py4DSTEM's BraggVectors as FourDSTEMStrain does."""

import gzip

import numpy as np
import pytest

SHAPE = (12, 15)


def nrrd(path):
    """Values of a NRRD of float32, C order (rows, columns, components)."""
    header, data = path.read_bytes().split(b"\n\n", 1)
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines() if ": " in line and line[0] != "#")
    data = gzip.decompress(data) if fields["encoding"] in ("gzip", "gz") else data
    values = np.frombuffer(data, "<f4").reshape([int(size) for size in fields["sizes"].split()][::-1])
    return np.moveaxis(values, 0, -1) if fields["kinds"].split()[-1] in ("vector", "list") else values


@pytest.fixture(name="strained", scope="module")
def strained_fixture(run, tmp_path_factory):
    """A scan with a strain ramp, and FourDSTEMStrain's results."""
    folder = tmp_path_factory.mktemp("strain")
    run("FourDSTEMPhantom", folder / "phantom", "--kind", "ramp", "--scan-shape", "{}x{}".format(*SHAPE),
        "--detector-shape", "96x112", "--dose", "64")
    run("FourDSTEMStrain", folder / "phantom/scan.npy", folder / "strain", "--scan-step", "2", "--detector-step", "0.4")
    return folder


def test_py4dstem_reads_peaks(strained):
    import py4DSTEM

    vectors = py4DSTEM.read(str(strained / "strain/peaks.h5"))
    assert isinstance(vectors, py4DSTEM.BraggVectors)
    assert tuple(vectors.Rshape) == SHAPE
    assert tuple(vectors.Qshape) == (96, 112)
    assert vectors.calibration.get_Q_pixel_size() == pytest.approx(0.04)
    assert vectors.calibration.get_Q_pixel_units() == "A^-1"
    assert vectors.calibration.get_R_pixel_size() == pytest.approx(2)
    disks = nrrd(strained / "strain/disks.nrrd").reshape(SHAPE + (-1, 4))
    origins = nrrd(strained / "strain/origin.nrrd")
    vectors.setcal(center=True, ellipse=False, pixel=False, rotate=False)
    for row in range(SHAPE[0]):
        for column in range(SHAPE[1]):
            found = disks[row, column][np.isfinite(disks[row, column, :, 0])]
            raw = vectors.raw[row, column]
            np.testing.assert_allclose(raw.qx, found[:, 1] + origins[row, column, 1], atol=1e-4)
            np.testing.assert_allclose(raw.qy, found[:, 0] + origins[row, column, 0], atol=1e-4)
            np.testing.assert_allclose(raw.I, found[:, 2])
            centred = vectors.cal[row, column]
            np.testing.assert_allclose(centred.qx, found[:, 1], atol=1e-4)
            np.testing.assert_allclose(centred.qy, found[:, 0], atol=1e-4)


def write_vectors(py4DSTEM, path, truth_g1, truth_g2, stretch, centre):
    """BraggVectors of a square of disks, stretched by stretch[row, column] along our x, in py4DSTEM's own classes."""
    vectors = py4DSTEM.BraggVectors(stretch.shape, (96, 112))
    rng = np.random.default_rng(1)
    for row in range(stretch.shape[0]):
        for column in range(stretch.shape[1]):
            points = [h * np.array(truth_g1) + k * np.array(truth_g2) for h in (-1, 0, 1) for k in (-1, 0, 1)]
            points = np.array(points) / [1 + stretch[row, column], 1] + rng.normal(0, 0.005, (9, 2))
            data = np.zeros(9, vectors._v_uncal.dtype)
            data["qx"] = points[:, 1] + centre[1]
            data["qy"] = points[:, 0] + centre[0]
            data["intensity"] = np.where(np.arange(9) == 4, 100.0, 10.0)
            vectors._v_uncal[row, column].add(data)
    return vectors


@pytest.mark.parametrize("knows_origin", [True, False])
def test_strain_of_py4dstems_vectors(knows_origin, tmp_path, run):
    import py4DSTEM

    stretch = np.linspace(-0.01, 0.01, 7)[np.newaxis].repeat(5, axis=0)
    vectors = write_vectors(py4DSTEM, tmp_path, (22.0, 3.0), (-2.0, 20.0), stretch, (55.3, 47.6))
    if knows_origin:
        vectors.calibration.set_origin((47.6, 55.3))
    py4DSTEM.save(str(tmp_path / "vectors.h5"), vectors)
    run("FourDSTEMStrain", tmp_path / "vectors.h5", tmp_path / "strain", "--peaks")
    strain = nrrd(tmp_path / "strain/strain.nrrd")
    np.testing.assert_allclose(strain[..., 0], stretch, atol=1.5e-3)
    np.testing.assert_allclose(strain[..., 1], 0, atol=1.5e-3)
    np.testing.assert_allclose(strain[..., 2], 0, atol=1.5e-3)
    lattice = nrrd(tmp_path / "strain/lattice.nrrd")
    np.testing.assert_allclose(lattice[0, 3, 2:6], [22, 3, -2, 20], atol=0.02)
