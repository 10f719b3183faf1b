# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""HDF5 files as instruments write them, made with h5py and hdf5plugin and read by the commands.

Shapes, calibrations and sums of patterns must be those of the arrays that were written, and, where rosettasciio reads
the format too, those that it reads.
"""

import gzip
import json

import h5py
import hdf5plugin
import numpy as np
import pytest

SHAPE = (3, 5, 12, 10)


def read_nrrd(path):
    """Values of an NRRD file, the slowest axis first."""
    header, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines() if ": " in line and line[0] != "#")
    if fields["encoding"] == "gzip":
        data = gzip.decompress(data)
    order = ">" if fields.get("endian") == "big" else "<"
    sizes = [int(size) for size in fields["sizes"].split()]
    return np.frombuffer(data, order + {"float": "f4", "double": "f8"}[fields["type"]]).reshape(sizes[::-1])


@pytest.fixture
def check(run, tmp_path):
    """check(path, array, option...): the commands read that array from the file. Gives what FourDSTEMInfo tells."""

    def call(path, array, *options):
        about = json.loads(run("FourDSTEMInfo", path, *options, "--json"))
        assert about["shape"] == list(array.shape)
        image = tmp_path / "sums.nrrd"
        whole = ["--detectors", "BF", "--bf-radius", "100", "--origin", "mean", "--overwrite"]
        run("FourDSTEMVirtualDetector", path, image, *whole, *options)
        np.testing.assert_array_equal(np.squeeze(read_nrrd(image)), np.nansum(array.astype(float), axis=(2, 3)))
        return about

    return call


def write_dectris(folder, array, lengths, compression, mask=None):
    frames = array.reshape(-1, *array.shape[2:])
    with h5py.File(folder / "scan_master.h5", "w") as master:
        entry = master.create_group("entry")
        entry.attrs["NX_class"] = np.bytes_("NXentry")
        data = entry.create_group("data")
        data.attrs["NX_class"] = np.bytes_("NXdata")
        detector = entry.create_group("instrument/detector/detectorSpecific")
        detector["photon_energy"] = 200000.0
        detector["nimages"] = np.uint64(1)
        detector["ntrigger"] = np.uint64(len(frames))
        if mask is not None:
            detector["pixel_mask"] = mask
        first = 0
        for number, length in enumerate(lengths, 1):
            name = f"scan_data_{number:06}.h5"
            data[f"data_{number:06}"] = h5py.ExternalLink(name, "/entry/data/data")
            with h5py.File(folder / name, "w") as part:
                written = part.create_dataset(
                    "entry/data/data",
                    data=frames[first : first + length],
                    chunks=(1, *array.shape[2:]),
                    **compression,
                )
                written.attrs["image_nr_low"] = np.uint64(first + 1)
            first += length
    return folder / "scan_master.h5"


def write_side_file(folder, rows, columns, step):
    with h5py.File(folder / "scan.h5", "w") as side:
        stem = side.create_group("STEM Metadata")
        stem.attrs["NumPixelsX"] = columns
        stem.attrs["NumPixelsY"] = rows
        stem.attrs["Pixel Size"] = np.array([step])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize(
    "compression",
    [hdf5plugin.Bitshuffle(cname="lz4"), hdf5plugin.Bitshuffle(cname="none"), hdf5plugin.LZ4()],
    ids=["bslz4", "bitshuffle", "lz4"],
)
def test_dectris_as_hdf5plugin_compresses(tmp_path, check, counts, dtype, compression):
    array = counts(SHAPE, dtype)
    path = write_dectris(tmp_path, array, [7, 1, 7], compression)
    write_side_file(tmp_path, 3, 5, 0.25)
    about = check(path, array)
    assert about["scan"]["spacing"] == [0.25, 0.25]
    assert about["scan"]["unit"] == "nm"
    assert len(about["otherFiles"]) == 3


def test_dectris_as_rosettasciio_reads_it(tmp_path, check, counts):
    arina = pytest.importorskip("rsciio.arina")
    # It makes its array of (frames, columns, rows), so that only square patterns come through.
    array = counts((4, 4, 12, 12))
    path = write_dectris(tmp_path, array, [5, 11], hdf5plugin.Bitshuffle(cname="lz4"))
    write_side_file(tmp_path, 4, 4, 0.25)
    signal = arina.file_reader(path)[0]
    np.testing.assert_array_equal(signal["data"], array)
    about = check(path, signal["data"])
    assert about["scan"]["spacing"][0] * 10 == signal["axes"][0]["scale"]


def test_dectris_masked_pixels_are_no_data(tmp_path, check, counts):
    array = counts(SHAPE)
    mask = np.zeros(SHAPE[2:], np.uint32)
    mask[5, 4] = 1
    array[:, :, 5, 4] = 65535
    path = write_dectris(tmp_path, array, [15], hdf5plugin.Bitshuffle(cname="lz4"), mask)
    expected = array.astype(float)
    expected[:, :, 5, 4] = np.nan
    check(path, expected, "--scan-shape", "3x5")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_stempy_events(tmp_path, check, counts, version):
    array = counts(SHAPE) % 3
    if version > 1:
        array = np.minimum(array, 1)
    frames = array.reshape(15, -1)
    lists = [np.repeat(np.arange(frame.size), frame).astype(np.uint32) for frame in frames]
    order = np.arange(15) if version == 3 else np.roll(np.arange(15)[::-1], 4)
    path = tmp_path / "events.h5"
    with h5py.File(path, "w") as file:
        if version > 1:
            file.attrs["version"] = version
        events = file.create_group("electron_events")
        positions = events.create_dataset("scan_positions", data=order)
        positions.attrs["Nx"], positions.attrs["Ny"] = 5, 3
        data = events.create_dataset("frames", (15,), dtype=h5py.vlen_dtype(np.uint32))
        data.attrs["Nx"], data.attrs["Ny"] = SHAPE[2:]
        for i, position in enumerate(order):
            data[i] = lists[position]
    check(path, array)


def test_nion_swift(tmp_path, check, counts):
    array = counts(SHAPE, np.float32)
    path = tmp_path / "nion.h5"
    axes = [
        {"offset": 0, "scale": 2.0, "units": "nm"},
        {"offset": 0, "scale": 4.0, "units": "nm"},
        {"offset": -0.5, "scale": 0.25, "units": "1/nm"},
        {"offset": -0.5, "scale": 0.125, "units": "1/nm"},
    ]
    with h5py.File(path, "w") as file:
        data = file.create_dataset("data", data=array)
        data.attrs["properties"] = json.dumps(
            {
                "collection_dimension_count": 2,
                "datum_dimension_count": 2,
                "dimensional_calibrations": axes,
            }
        )
    about = check(path, array)
    assert about["scan"]["spacing"] == [2, 4]
    assert about["detector"]["spacing"] == [0.25, 0.125]
    assert about["detector"]["unit"] == "1/nm"


def test_abtem(tmp_path, check, counts):
    array = counts(SHAPE, np.float32)
    path = tmp_path / "abtem.hdf5"
    units = [unit.encode() for unit in ("Å", "Å", "mrad", "mrad")]
    with h5py.File(path, "w") as file:
        file["array"] = array
        file["offset"] = [0.0, 0.0, -12.0, -5.0]
        file["sampling"] = [2.0, 4.0, 2.0, 1.0]
        file.create_dataset("units", (4,), "S10", units)
    about = check(path, array)
    assert about["scan"]["spacing"] == pytest.approx([0.2, 0.4])
    assert about["detector"]["unit"] == "mrad"
    assert about["detector"]["offset"] == [-12, -5]


def test_velox(tmp_path, check, counts):
    array = counts(SHAPE)
    path = tmp_path / "velox.emd"
    metadata = {
        "Core": {"MetadataDefinitionVersion": "7.9", "MetadataSchemaVersion": "v1/2013/07"},
        "Instrument": {"InstrumentModel": "x"},
        "Acquisition": {"AcquisitionStartDatetime": {"DateTime": "1500000000"}},
        "Optics": {"AccelerationVoltage": "200000", "CameraLength": "0.23"},
        "BinaryResult": {
            "PixelSize": {"width": "2.5e7", "height": "5e7"},
            "PixelUnitX": "1/m",
            "PixelUnitY": "1/m",
            "Offset": {"x": "0", "y": "0"},
            "Detector": "BM-Ceta",
            "DetectorIndex": "0",
        },
        "Detectors": {"Detector-0": {"DetectorName": "BM-Ceta", "ExposureTime": "0.01"}},
        "Scan": {"FrameTime": "0.01"},
    }
    text = np.zeros((60000, 15), np.uint8)
    encoded = np.frombuffer(json.dumps(metadata).encode(), np.uint8)
    text[: len(encoded)] = encoded[:, None]
    with h5py.File(path, "w") as file:
        file.create_dataset("Version", dtype=h5py.string_dtype(), data=[b'{"version": "8", "format": "Velox"}'])
        group = file.create_group("Data/Image/00aa")
        group["Data"] = np.moveaxis(array.reshape(15, *SHAPE[2:]), 0, -1)
        group["Metadata"] = text
    about = check(path, array, "--scan-shape", "3x5")
    emd = pytest.importorskip("rsciio.emd")
    signal = emd.file_reader(path)[0]
    np.testing.assert_array_equal(signal["data"], array.reshape(15, *SHAPE[2:]))
    assert about["detector"]["spacing"] == pytest.approx([0.05, 0.025])
    assert about["metadata"]["HighVoltage_V"] == "200000"
