# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Opening and reading scans."""

import json
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import fourdstem

TYPES = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


@pytest.fixture
def saved(tmp_path, counts):
    """(scan, its values) of a .npy file"""
    values = counts()
    np.save(tmp_path / "scan.npy", values)
    return fourdstem.open(tmp_path / "scan.npy", scan_step=2.5, detector_step=0.5), values


def test_import_is_quick():
    # Of the processor, the least of five: other work on the machine is not the import's.
    code = "import time; t = time.process_time(); import fourdstem; print(time.process_time() - t)"
    assert min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5)) < 0.5


def test_import_leaves_the_optional_packages_out():
    names = ("itk", "SimpleITK", "matplotlib", "dask", "tqdm")
    code = f"import fourdstem, sys; print([name for name in {names} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_what_a_scan_is(saved):
    scan, values = saved
    assert scan.shape == values.shape
    assert scan.dtype == values.dtype
    assert scan.ndim == 4
    assert len(scan) == 3
    assert scan.size == values.size
    assert scan.nbytes == values.nbytes
    assert scan.axes == ("Ry", "Rx", "Qy", "Qx")
    assert scan.units == ("nm", "nm", "1/nm", "1/nm")
    assert scan.calibration["scan"]["spacing"] == (2.5, 2.5)
    assert scan.calibration["detector"]["spacing"] == (0.5, 0.5)
    assert "NumPy" in scan.format
    assert "scan.npy" in repr(scan)
    assert "<table>" in scan._repr_html_()


def test_info_is_the_commands(saved, run):
    scan, _ = saved
    told = json.loads(run("FourDSTEMInfo", scan.path, "--json", "--scan-step", 2.5, "--detector-step", 0.5))
    assert scan.info() == told


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("order", "<>")
def test_types_and_byte_orders_of_files(tmp_path, counts, dtype, order):
    values = counts(dtype=dtype)
    np.save(tmp_path / "scan.npy", values.astype(order + dtype))
    read = np.asarray(fourdstem.open(tmp_path / "scan.npy"))
    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, values)


KEYS = [
    np.s_[1],
    np.s_[-1, -2],
    np.s_[1, 2],
    np.s_[1:3],
    np.s_[:, 1:4],
    np.s_[..., 2],
    np.s_[1, ..., 2:5],
    np.s_[::2, ::3, ::2, ::3],
    np.s_[::-1, 3:0:-1, ::-2, 5::-2],
    np.s_[1:1],
    np.s_[5:2, 0, 1:0],
    np.s_[:, :, 1, 1],
    np.s_[2, 4, 5, 6],
    np.s_[...],
    np.s_[-100:100],
    np.s_[np.int64(1), np.uint8(2)],
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_slices_are_numpys(saved, key):
    scan, values = saved
    read = scan[key]
    np.testing.assert_array_equal(read, values[key])
    assert np.shape(read) == np.shape(values[key])


@pytest.mark.parametrize("key", [3, -4, (0, 5), (0, 0, 6), (0, 0, 0, -8)])
def test_an_index_outside(saved, key):
    with pytest.raises(IndexError, match="out of bounds"):
        saved[0][key]


def test_indices_that_are_none(saved):
    scan, _ = saved
    with pytest.raises(IndexError, match="4 axes"):
        scan[0, 0, 0, 0, 0]
    for key in (None, 1.5, "a", [0, 1], True, np.array([1, 2])):
        with pytest.raises(TypeError, match="whole numbers and slices"):
            scan[key]


def test_iteration_ends(saved):
    scan, values = saved
    assert len(list(scan)) == len(values)


def test_to_numpy(saved):
    scan, values = saved
    np.testing.assert_array_equal(np.asarray(scan), values)
    assert np.asarray(scan, np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="copy=False"):
        scan.__array__(copy=False)


def test_to_dask(saved):
    scan, values = saved
    lazy = scan.to_dask(rows=2)
    assert lazy.chunks == ((2, 1), (5,), (6,), (7,))
    np.testing.assert_array_equal(lazy.sum(axis=(0, 1)).compute(), values.sum(axis=(0, 1)))
    np.testing.assert_array_equal(lazy[1, 2].compute(), values[1, 2])
    assert scan.to_dask().chunks[0] == (3,)
    for rows in (0, -1, 1.5):
        with pytest.raises(ValueError, match="rows is"):
            scan.to_dask(rows=rows)


def test_pickles_as_its_path_and_options(saved):
    scan, values = saved
    again = pickle.loads(pickle.dumps(scan))
    assert again.calibration == scan.calibration
    np.testing.assert_array_equal(np.asarray(again), values)


def test_options_of_reading(tmp_path, counts):
    values = counts((2, 3, 4, 5), np.uint16)
    values.astype(">u2").tofile(tmp_path / "scan.bin")
    scan = fourdstem.open(
        tmp_path / "scan.bin", raw_type=">u2", scan_shape=(2, 3), detector_shape=[4, 5], flip_detector_rows=True
    )
    np.testing.assert_array_equal(np.asarray(scan), values[:, :, ::-1])
    part = fourdstem.open(
        tmp_path / "scan.bin", raw_type=">u2", scan_shape="2x3", detector_shape="4x5", region=(1, 0, 1, 2)
    )
    np.testing.assert_array_equal(np.asarray(part), values[1:2, 0:2])


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(fourdstem.FileError, match="gone.npy") as caught:
        fourdstem.open(tmp_path / "gone.npy")
    assert isinstance(caught.value, OSError)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"nothing known" * 100])
def test_files_that_are_no_scan(tmp_path, content):
    path = tmp_path / "scan.npy"
    path.write_bytes(content)
    with pytest.raises(fourdstem.FileError, match="scan.npy"):
        fourdstem.open(path)


def test_a_cut_file(tmp_path, counts):
    np.save(tmp_path / "scan.npy", counts())
    whole = (tmp_path / "scan.npy").read_bytes()
    (tmp_path / "scan.npy").write_bytes(whole[:-1])
    with pytest.raises(fourdstem.FileError, match="scan.npy"):
        fourdstem.open(tmp_path / "scan.npy")


def test_the_text_is_the_commands(tmp_path, counts, run):
    np.save(tmp_path / "scan.npy", counts()[0])
    with pytest.raises(AssertionError) as told:
        run("FourDSTEMCluster", tmp_path / "scan.npy", tmp_path / "out")
    with pytest.raises(fourdstem.ChoiceNeeded) as caught:
        fourdstem.open(tmp_path / "scan.npy")
    assert str(caught.value) in str(told.value)
    assert caught.value.choice == "scan shape"
    assert ("1x5" in [value for value, _ in caught.value.candidates]) or not caught.value.candidates


def test_wrong_options(saved):
    scan, _ = saved
    with pytest.raises(TypeError, match="did you mean 'scan_shape'"):
        fourdstem.open(scan.path, scan_shap=(3, 5))
    with pytest.raises(ValueError, match="scan-shape"):
        fourdstem.open(scan.path, scan_shape=(3, 0))
    with pytest.raises(ValueError, match="scan-shape"):
        fourdstem.open(scan.path, scan_shape="three")
    with pytest.raises(TypeError, match="flip_scan_rows is True or False"):
        fourdstem.open(scan.path, flip_scan_rows="yes")
    with pytest.raises(TypeError, match="scan_step"):
        fourdstem.open(scan.path, scan_step=object())
    with pytest.raises(TypeError):
        fourdstem.open(17)
    with pytest.raises(ValueError, match="none of"):
        fourdstem.options("clustre")
    assert fourdstem.options("open")["scan_step"]["default"] == "0"


def test_two_threads_read_side_by_side(saved):
    scan, values = saved
    wrong = []

    def read():
        for _ in range(50):
            for row in range(3):
                if not np.array_equal(scan[row], values[row]):
                    wrong.append(row)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for memory")
def test_a_thousand_calls_do_not_grow_memory(saved):
    scan, _ = saved

    def call():
        np.asarray(fourdstem.open(scan.path))
        with pytest.raises(ValueError):
            fourdstem.open(scan.path, scan_shape=(3, 0))

    for _ in range(200):
        call()
    before = resident()
    for _ in range(1000):
        call()
    assert resident() - before < 4 << 20
