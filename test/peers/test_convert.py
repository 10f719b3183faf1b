# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What FourDSTEMConvert writes, as py4DSTEM, rosettasciio (HyperSpy's reader), LiberTEM and NumPy read it."""

import numpy as np
import pytest

GZIP = ("--compression", "gzip")
BLOCKS = ("--chunks", "blocks")
STORED = [(np.uint8, GZIP), (np.uint16, ()), (np.uint16, BLOCKS + GZIP), (np.int32, BLOCKS), (np.float32, GZIP),
          (np.float64, BLOCKS + GZIP)]
SHAPE = (3, 5, 34, 40)
STEPS = ("--scan-step", "1.5", "--detector-step", "0.25")


@pytest.fixture(name="emd", params=STORED, ids=lambda stored: " ".join((stored[0].__name__, *stored[1])))
def emd_fixture(request, tmp_path, counts, run):
    """EMD 1.0 with steps, and the values that it was written from."""
    dtype, options = request.param
    values = counts(SHAPE, dtype)
    np.save(tmp_path / "scan.npy", values)
    run("FourDSTEMConvert", tmp_path / "scan.npy", tmp_path / "scan.h5", *STEPS, *options)
    return tmp_path / "scan.h5", values


def test_py4dstem_reads_emd(emd):
    import py4DSTEM

    path, values = emd
    cube = py4DSTEM.read(str(path))
    assert isinstance(cube, py4DSTEM.DataCube)
    assert cube.data.dtype == values.dtype
    np.testing.assert_array_equal(cube.data, values)
    calibration = cube.calibration
    assert calibration.get_R_pixel_size() == pytest.approx(1.5)
    assert calibration.get_R_pixel_units() == "nm"
    assert calibration.get_Q_pixel_size() == pytest.approx(0.025)
    assert calibration.get_Q_pixel_units() == "A^-1"
    provenance = cube.root.metadata["provenance"]["items"]
    assert provenance["FourDSTEM_Program"] == "FourDSTEMConvert"
    assert provenance["FourDSTEM_Input"] == str(path.with_suffix(".npy"))


def test_rosettasciio_reads_emd(emd):
    from rsciio.emd import file_reader

    path, values = emd
    (signal,) = file_reader(str(path), lazy=False)
    assert signal["data"].dtype == values.dtype
    np.testing.assert_array_equal(signal["data"], values)
    scales = [axis["scale"] for axis in signal["axes"]]
    assert scales == pytest.approx([1.5, 1.5, 0.025, 0.025])
    assert [axis["name"] for axis in signal["axes"]] == ["Rx", "Ry", "Qx", "Qy"]
    assert signal["axes"][0]["units"] == "nm"
    assert "Å" in signal["axes"][3]["units"]


@pytest.fixture(name="libertem", scope="module")
def libertem_fixture():
    from libertem.api import Context

    with Context.make_with("inline") as context:
        yield context


def test_libertem_reads_emd(emd, libertem):
    path, values = emd
    dataset = libertem.load("hdf5", path=str(path), ds_path="/datacube_root/datacube/data")
    assert tuple(dataset.shape) == values.shape
    assert dataset.dtype == values.dtype
    picked = libertem.run(libertem.create_pick_analysis(dataset, x=4, y=2))
    np.testing.assert_array_equal(picked["intensity"].raw_data, values[2, 4])
    total = libertem.run(libertem.create_sum_analysis(dataset))
    np.testing.assert_allclose(total["intensity"].raw_data, values.sum(axis=(0, 1), dtype=np.float64))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_numpy_and_libertem_read_npy(dtype, tmp_path, counts, run, libertem):
    values = counts(SHAPE, dtype)
    np.save(tmp_path / "scan.npy", values)
    run("FourDSTEMConvert", tmp_path / "scan.npy", tmp_path / "copy.npy", "--bin-detector", "2")
    binned = np.load(tmp_path / "copy.npy")
    blocks = values.astype(np.float64).reshape(3, 5, 17, 2, 20, 2)
    assert binned.dtype.kind == values.dtype.kind
    np.testing.assert_array_equal(binned, blocks.sum(axis=(3, 5)))
    dataset = libertem.load("npy", path=str(tmp_path / "copy.npy"))
    picked = libertem.run(libertem.create_pick_analysis(dataset, x=1, y=1))
    np.testing.assert_array_equal(picked["intensity"].raw_data, binned[1, 1])


# rosettasciio takes the first number of the field of view for the rows, which a square scan does not show, and
# multiplies the pixel size in 1/m by 1e9 to get 1/nm.
@pytest.mark.parametrize("scan_shape", [(2, 3), (3, 3)])
def test_empad_is_read(scan_shape, tmp_path, counts, run, libertem):
    from rsciio.empad import file_reader

    values = counts(scan_shape + (128, 128))
    np.save(tmp_path / "scan.npy", values)
    run("FourDSTEMConvert", tmp_path / "scan.npy", tmp_path / "camera.raw", *STEPS)
    (signal,) = file_reader(str(tmp_path / "camera.xml"), lazy=False)
    np.testing.assert_array_equal(signal["data"], values)
    assert signal["data"].dtype == np.float32
    if scan_shape == (3, 3):
        assert [axis["scale"] for axis in signal["axes"][:2]] == pytest.approx([1.5, 1.5])
    dataset = libertem.load("empad", path=str(tmp_path / "camera.xml"))
    assert tuple(dataset.shape) == values.shape
    picked = libertem.run(libertem.create_pick_analysis(dataset, x=2, y=1))
    np.testing.assert_array_equal(picked["intensity"].raw_data, values[1, 2])


def test_origin_and_unequal_steps(tmp_path, counts, run):
    """An origin in one py4DSTEM file comes through a crop and a bin into the next."""
    import h5py
    import py4DSTEM

    cube = py4DSTEM.DataCube(counts((2, 3, 12, 16)))
    cube.calibration.set_Q_pixel_size(0.02)
    cube.calibration.set_Q_pixel_units("A^-1")
    cube.calibration.set_R_pixel_size(20)
    cube.calibration.set_R_pixel_units("A")
    cube.calibration.set_origin((5.0, 8.0))
    py4DSTEM.save(str(tmp_path / "in.h5"), cube)
    run("FourDSTEMConvert", tmp_path / "in.h5", tmp_path / "out.h5", "--detector-region", "2,4,8,10",
        "--bin-detector", "2", "--bin-scan", "2")
    out = py4DSTEM.read(str(tmp_path / "out.h5"))
    blocks = cube.data[:2, :2, 2:10, 4:14].reshape(1, 2, 1, 2, 4, 2, 5, 2)
    np.testing.assert_array_equal(out.data, blocks.sum(axis=(1, 3, 5, 7), dtype=np.uint32))
    assert out.calibration.get_Q_pixel_size() == pytest.approx(0.04)
    assert out.calibration.get_R_pixel_size() == pytest.approx(4)
    # Row 5 is 3 rows into the region; the centre of its first two rows is at 0.5.
    assert out.calibration.get_qx0_mean() == pytest.approx((3 - 0.5) / 2)
    assert out.calibration.get_qy0_mean() == pytest.approx((4 - 0.5) / 2)
    with h5py.File(tmp_path / "out.h5") as file:
        group = file["datacube_root/datacube"]
        assert group["dim2"][0] == pytest.approx(-1.25 * 0.04)
        assert group["dim0"][1] - group["dim0"][0] == pytest.approx(4)
