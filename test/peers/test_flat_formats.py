# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Flat formats are read as rosettasciio and LiberTEM read them: shapes, calibration, and of each pattern the sum of its
pixels and where its centre of mass lies from that of the first."""

import json

import flat_writers
import numpy as np
import pytest
import rsciio.digitalmicrograph
import rsciio.tia
import rsciio.tvips

SHAPE = (3, 5, 14, 12)


@pytest.fixture
def scan(counts):
    """Patterns with a bright disk, which is not quite the same in any two."""
    rows, columns = np.indices(SHAPE[2:])
    disk = np.hypot(rows - SHAPE[2] // 2, columns - SHAPE[3] // 2) < 3
    return counts(SHAPE) + (1500 * disk).astype(np.uint16)


def read_nrrd(path):
    head, values = path.read_bytes().split(b"\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.decode().split("\n") if ": " in line)
    assert fields["type"] == "float" and fields["encoding"] == "raw"
    sizes = [int(size) for size in fields["sizes"].split()]
    return np.frombuffer(values, "<f4").reshape(sizes[::-1])


@pytest.fixture
def look(run, tmp_path):
    """look(path, option...): what our commands say of a file, and of each pattern sum and centre of mass (y, x)."""

    def call(path, *options):
        about = json.loads(run("FourDSTEMInfo", path, "--json", *options))
        image = tmp_path / "detectors.nrrd"
        detectors = ["-d", "COM", "-a", "0,1000", "--origin", "mean", "--overwrite"]
        run("FourDSTEMVirtualDetector", path, image, *detectors, *options)
        mass_x, mass_y, total = np.moveaxis(read_nrrd(image).astype(float), -1, 0)
        return about, total, np.stack([mass_y - mass_y.flat[0], mass_x - mass_x.flat[0]])

    return call


def expect_same(seen, patterns):
    """`patterns`: the array that the peer read, with the scan's axes first."""
    about, total, mass = seen
    patterns = np.asarray(patterns, dtype=float)
    assert about["shape"] == list(patterns.shape)
    sums = patterns.sum(axis=(2, 3))
    np.testing.assert_array_equal(total, sums)
    rows, columns = np.indices(patterns.shape[2:])
    centres = [(patterns * axis).sum(axis=(2, 3)) / sums for axis in (rows, columns)]
    np.testing.assert_allclose(mass, [centre - centre.flat[0] for centre in centres], atol=1e-5)


def expect_axes(about, axes):
    """`axes`: rosettasciio's, the scan's rows first."""
    for i, axis in enumerate(axes):
        ours = about["scan" if i < 2 else "detector"]
        unit = axis["units"].replace(" ", "")
        assert ours["unit"] == unit
        assert ours["spacing"][i % 2] == pytest.approx(axis["scale"], rel=1e-6)
        assert ours["offset"][i % 2] == pytest.approx(axis["offset"], rel=1e-6)


DETECTOR_AXES = [(2.5, 0.5, "1/nm"), (3.0, 0.25, "1/nm")]
SCAN_AXES = [(1.0, 2.0, "nm"), (0.0, 4.0, "nm")]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("dtype", ["<u2", "<i4", "<f4"])
def test_dm_pattern_by_pattern(version, dtype, scan, look, tmp_path):
    tags = flat_writers.DmTags(version)
    swapped = tags.group("Meta Data", tags.number("Data Order Swapped", 8, 1))
    image = flat_writers.dm_image(tags, scan.astype(dtype), SHAPE[::-1], DETECTOR_AXES + SCAN_AXES, [swapped])
    path = tmp_path / f"scan.dm{version}"
    path.write_bytes(tags.file(tags.group("ImageList", image)))
    peer = rsciio.digitalmicrograph.file_reader(str(path))[0]
    seen = look(path)
    expect_same(seen, peer["data"])
    expect_axes(seen[0], peer["axes"])
    np.testing.assert_array_equal(peer["data"], scan)


def test_dm_image_by_image(scan, look, tmp_path):
    """rosettasciio gives the axes as they are stored."""
    tags = flat_writers.DmTags(4)
    stored = np.ascontiguousarray(scan.transpose(2, 3, 0, 1))
    image = flat_writers.dm_image(tags, stored, stored.shape[::-1], SCAN_AXES + DETECTOR_AXES)
    path = tmp_path / "scan.dm4"
    path.write_bytes(tags.file(tags.group("ImageList", image)))
    peer = rsciio.digitalmicrograph.file_reader(str(path))[0]
    seen = look(path)
    expect_same(seen, np.transpose(peer["data"], (2, 3, 0, 1)))
    expect_axes(seen[0], peer["axes"][2:] + peer["axes"][:2])


@pytest.mark.parametrize("most", [None, 2000])
@pytest.mark.parametrize("extra", [0, 7])
def test_tvips(most, extra, scan, look, tmp_path):
    stack = scan.reshape(-1, *SHAPE[2:])
    axes = [
        {"name": name, "size": size, "index_in_array": i, "scale": 1, "offset": 0, "units": unit, "navigate": i == 0}
        for i, (name, size, unit) in enumerate(zip(("time", "dy", "dx"), stack.shape, ("s", "1/nm", "1/nm")))
    ]
    signal = {"data": stack, "axes": axes, "metadata": {}, "attributes": {"_lazy": False}}
    path = tmp_path / "scan_000.tvips"
    rsciio.tvips.file_writer(
        str(path), signal, max_file_size=most, frame_header_extra_bytes=extra, show_progressbar=False
    )
    assert len(list(tmp_path.glob("*.tvips"))) > (1 if most else 0)
    peer = rsciio.tvips.file_reader(str(path), scan_shape=SHAPE[:2])[0]
    expect_same(look(path, "--scan-shape", "3x5"), peer["data"])


def test_tvips_frames_too_many(scan, look, tmp_path):
    """The rotator's index says which frames are the positions."""
    frames = scan.reshape(-1, *SHAPE[2:])
    indices = [0, 0, 1, 2, 2, 3, 4, 6, 6, 7, 8, 9, 9, 9, 9]
    head = np.zeros(256, np.uint8)
    head[:52].view("<u4")[:] = [256, 2, SHAPE[3], SHAPE[2], 16, 0, 0, 1, 1, 15, 200, 0, 60]
    path = tmp_path / "scan_000.tvips"
    with open(path, "wb") as file:
        file.write(head.tobytes())
        for frame, index in zip(frames, indices):
            about = np.zeros(15, "<u4")
            about[12] = index
            file.write(about.tobytes() + frame.tobytes())
    peer = rsciio.tvips.file_reader(str(path), scan_shape="auto")[0]["data"]
    seen = look(path, "--scan-shape", "3x3")
    # Position 4 has no frame of its own: zeros for us, the frame before for rosettasciio.
    about, total, _ = seen
    expected = np.asarray(peer, dtype=float).sum(axis=(2, 3))
    expected[1, 1] = 0
    assert about["shape"] == [3, 3, *SHAPE[2:]]
    np.testing.assert_array_equal(total, expected)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("dtype", ["<u2", "<i4", "<f4"])
def test_tia(wide, dtype, scan, look, tmp_path):
    path = tmp_path / "scan_1.ser"
    flat_writers.write_tia(path, scan.astype(dtype), wide, 4e-9, 2e-9, 3e8)
    peer = rsciio.tia.file_reader(str(path))[0]
    seen = look(path)
    expect_same(seen, peer["data"])
    np.testing.assert_array_equal(peer["data"], scan)
    # Without the .emi rosettasciio takes the detector's unit for metres, which 3e8 are not.
    for i in (0, 1):
        assert seen[0]["scan"]["spacing"][i] == pytest.approx(peer["axes"][i]["scale"])
    assert seen[0]["scan"]["unit"] == "nm"
    assert seen[0]["detector"]["spacing"] == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("dtype", ["|u1", "<u2"])
def test_seq(version, dtype, scan, look, tmp_path):
    libertem = pytest.importorskip("libertem.api")
    udf = pytest.importorskip("libertem.udf.sumsigudf")
    path = tmp_path / "scan.seq"
    stored = (scan % 251).astype(dtype)
    flat_writers.write_seq(path, stored, version, 8)
    context = libertem.Context.make_with("inline")
    dataset = context.load("seq", path=str(path), nav_shape=SHAPE[:2])
    assert tuple(dataset.shape) == SHAPE
    peer = context.run_udf(dataset=dataset, udf=udf.SumSigUDF())["intensity"].data
    seen = look(path, "--scan-shape", "3x5")
    np.testing.assert_array_equal(seen[1], peer)
    expect_same(seen, stored)
