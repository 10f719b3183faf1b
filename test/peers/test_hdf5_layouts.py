# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Scans in HDF5 as other packages write or read them: shape, calibration and the sum of each pattern agree."""

import json

import h5py
import hdf5storage
import numpy as np
import py4DSTEM
import pytest
import rsciio.emd
import rsciio.hspy
import scipy.io

SHAPE = (3, 5, 6, 4)
STEPS = (2.0, 3.0, 0.05, 0.025)
OFFSETS = (10.0, 0.0, -0.15, -0.05)


def info(run, path, *options):
    return json.loads(run("FourDSTEMInfo", path, "--json", *options))


def sums(run, path, *options):
    """Of every pattern, by a virtual detector that covers all of it."""
    image = path.with_suffix(".nrrd")
    run("FourDSTEMVirtualDetector", path, image, "-d", "BF", "--annulus", "0,100", "--origin", "mean", *options)
    header, values = image.read_bytes().split(b"\n\n", 1)
    sizes = next(line for line in header.decode().splitlines() if line.startswith("sizes:"))
    components, columns, rows = map(int, sizes.split()[1:])
    return np.frombuffer(values, "<f4").reshape(rows, columns, components)[..., 1]


def expect_scan(run, path, scan, *options):
    """The header, once shape and sums are those of `scan`."""
    header = info(run, path, *options)
    assert header["shape"] == list(scan.shape)
    np.testing.assert_array_equal(sums(run, path, *options), scan.sum(axis=(2, 3), dtype=np.float64))
    return header


def expect_calibration(header):
    assert header["scan"]["spacing"] == pytest.approx(STEPS[:2])
    assert header["scan"]["offset"] == pytest.approx(OFFSETS[:2])
    assert header["scan"]["unit"] == "nm"
    assert header["detector"]["spacing"] == pytest.approx([10 * step for step in STEPS[2:]])
    assert header["detector"]["offset"] == pytest.approx([10 * offset for offset in OFFSETS[2:]])
    assert header["detector"]["unit"] == "1/nm"


def signal(scan, title="scan"):
    """What HyperSpy hands to rosettasciio's writers."""
    names = ("y", "x", "ky", "kx")
    units = ("nm", "nm", "$A^{-1}$", "$A^{-1}$")
    navigation = scan.ndim - 2
    axes = [
        {
            "_type": "UniformDataAxis",
            "name": names[axis + 4 - scan.ndim],
            "size": size,
            "scale": STEPS[axis + 4 - scan.ndim],
            "offset": OFFSETS[axis + 4 - scan.ndim],
            "units": units[axis + 4 - scan.ndim],
            "navigate": axis < navigation,
            "is_binned": False,
            "index_in_array": axis,
        }
        for axis, size in enumerate(scan.shape)
    ]
    return {
        "data": scan,
        "axes": axes,
        "metadata": {
            "General": {"title": title},
            "Signal": {"signal_type": "electron_diffraction"},
            "Acquisition_instrument": {"TEM": {"beam_energy": 200.0, "camera_length": 150.0}},
        },
        "original_metadata": {},
        "attributes": {"_lazy": False},
        "package_info": {"package": "hyperspy", "package_version": "2.0"},
        "tmp_parameters": {},
        "learning_results": {},
        "models": {},
    }


@pytest.mark.parametrize("compression", ["gzip", None, "lzf"])
def test_hyperspy(run, counts, tmp_path, compression):
    scan = counts(SHAPE)
    path = tmp_path / "scan.hspy"
    rsciio.hspy.file_writer(str(path), signal(scan), compression=compression)
    if compression == "lzf":
        with pytest.raises(AssertionError, match="LZF"):
            info(run, path)
        return
    header = expect_scan(run, path, scan)
    expect_calibration(header)
    assert header["format"] == "HyperSpy"
    assert header["metadata"]["HighVoltage_V"] == "200000"
    assert header["metadata"]["CameraLength_m"] == "0.15"


def test_hyperspy_stack(run, counts, tmp_path):
    scan = counts(SHAPE)
    path = tmp_path / "stack.hspy"
    rsciio.hspy.file_writer(str(path), signal(scan.reshape(15, 6, 4)))
    header = expect_scan(run, path, scan, "--scan-shape", "3x5")
    assert header["detector"]["unit"] == "1/nm"


@pytest.mark.parametrize("options", [{}, {"compression": "gzip"}, {"chunks": (2, 3, 6, 4)}])
def test_emd_of_rosettasciio(run, counts, tmp_path, options):
    scan = counts(SHAPE)
    path = tmp_path / "scan.emd"
    rsciio.emd.file_writer(str(path), signal(scan), **options)
    header = expect_scan(run, path, scan)
    expect_calibration(header)
    assert header["format"] == "EMD 0.2"
    # What it reads itself is what was written.
    np.testing.assert_array_equal(rsciio.emd.file_reader(str(path))[0]["data"], scan)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_matlab(run, counts, tmp_path, dtype):
    scan = counts(SHAPE, dtype)
    path = tmp_path / "scan.mat"
    # In MATLAB the first index is the fastest.
    variables = {"dp": np.ascontiguousarray(scan.T), "step": 2.0, "names": "text"}
    hdf5storage.savemat(str(path), variables, format="7.3")
    header = expect_scan(run, path, scan)
    assert header["format"] == "MATLAB 7.3"
    assert header["dataSet"] == "/dp"


def test_matlab_struct(run, counts, tmp_path):
    scan = counts(SHAPE)
    path = tmp_path / "struct.mat"
    hdf5storage.savemat(str(path), {"experiment": {"dp": np.ascontiguousarray(scan.T), "ht": 200.0}}, format="7.3")
    assert expect_scan(run, path, scan)["dataSet"] == "/experiment/dp"


def test_matlab_version_5(run, counts, tmp_path):
    path = tmp_path / "old.mat"
    scipy.io.savemat(path, {"dp": counts(SHAPE)})
    with pytest.raises(AssertionError, match="-v7.3"):
        info(run, path)


def add_axes(group, first, names, units):
    for axis, (name, unit) in enumerate(zip(names, units)):
        dimension = group.create_dataset(f"dim{axis + first}", data=np.arange(SHAPE[axis], dtype=float))
        dimension.attrs["name"] = np.bytes_(name)
        dimension.attrs["units"] = np.bytes_(unit)


@pytest.mark.parametrize("minor, array", [("12", "data"), ("9", "data"), ("5", "datacube")])
def test_older_py4dstem(run, counts, tmp_path, minor, array):
    """py4DSTEM no longer writes these, but reads them."""
    scan = counts(SHAPE)
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        top = file.create_group("4DSTEM_experiment")
        top.attrs["emd_group_type"] = 2
        for name, value in (("version_major", "0"), ("version_minor", minor), ("version_release", "0")):
            top.attrs[name] = value
        for name in (
            "counted_datacubes",
            "diffractionslices",
            "realslices",
            "pointlists",
            "pointlistarrays",
            "coordinates",
        ):
            top.create_group(f"data/{name}")
        cube = top.create_group("data/datacubes/datacube_0")
        cube.attrs["emd_group_type"] = 1
        cube[array] = scan
        add_axes(cube, 1, ("R_x", "R_y", "Q_x", "Q_y"), ["[pix]"] * 4)
        calibration = top.create_group("metadata/calibration")
        calibration["R_pixel_size"] = 20.0
        calibration["R_pixel_size_units"] = "A"
    header = expect_scan(run, path, scan)
    assert header["format"] == "py4DSTEM 0.12 or older"
    assert header["scan"]["spacing"] == [2, 2]
    np.testing.assert_array_equal(py4DSTEM.read(str(path), data_id="datacube_0").data, scan)


def test_py4dstem_13(run, counts, tmp_path):
    scan = counts(SHAPE)
    path = tmp_path / "tree.h5"
    with h5py.File(path, "w") as file:
        top = file.create_group("4DSTEM")
        top.attrs["emd_group_type"] = "root"
        for name, value in (("version_major", "0"), ("version_minor", "13"), ("version_release", "11")):
            top.attrs[name] = value
        cube = top.create_group("datacube")
        cube.attrs["emd_group_type"] = 1
        cube.attrs["py4dstem_class"] = "DataCube"
        cube["data"] = scan
        cube["data"].attrs["units"] = "pixel intensity"
        for axis, (name, unit) in enumerate(zip(("Rx", "Ry", "Qx", "Qy"), ("nm", "nm", "A^-1", "A^-1"))):
            # Isotropic, as py4DSTEM's calibration is; linear coordinates are stored as their first two.
            cube[f"dim{axis}"] = [0.0, 2.0 if axis < 2 else 0.05]
            cube[f"dim{axis}"].attrs["name"] = name
            cube[f"dim{axis}"].attrs["units"] = unit
    header = expect_scan(run, path, scan)
    assert header["format"] == "py4DSTEM 0.13"
    assert header["scan"]["spacing"] == [2, 2]
    assert header["detector"]["spacing"] == pytest.approx([0.5, 0.5])
    np.testing.assert_array_equal(py4DSTEM.read(str(path)).data, scan)
