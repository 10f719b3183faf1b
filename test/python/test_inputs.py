# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""What functions take and give back: scans, NumPy arrays, itk.Image, SimpleITK.Image; and what they refuse."""

import resource
import sys
import threading

import itk
import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem
from fourdstem._images import as_scan

WHOLE = {"detectors": (), "annulus": (0, 1000), "origin": "mean", "bad_pixels": "none"}
TYPES = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


def sums(scan, **options):
    """The sum of every pattern, of the kind that the scan is."""
    return fourdstem.virtual_detector(scan, **{**WHOLE, **options})


def as_sitk(values):
    image = sitk.GetImageFromArray(values, isVector=False)
    image.SetSpacing((0.5, 0.25, 2.0, 3.0))
    image.SetOrigin((-1.0, -2.0, 10.0, 20.0))
    # Rotated in both planes: x and y of detector and scan change places.
    image.SetDirection((0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0))
    return image


def as_itk(values):
    image = itk.image_from_array(values)
    image.SetSpacing([0.5, 0.25, 2.0, 3.0])
    image.SetOrigin([-1.0, -2.0, 10.0, 20.0])
    image.SetDirection(itk.matrix_from_array(np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0.0]])))
    return image


@pytest.mark.parametrize("dtype", TYPES)
def test_arrays_of_every_type(counts, dtype):
    values = counts(dtype=dtype)
    made = sums(values)
    assert isinstance(made, np.ndarray)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made[..., 0], values.sum(axis=(2, 3), dtype=float))


@pytest.mark.parametrize(
    "view",
    [
        np.s_[::2],
        np.s_[:, ::-1],
        np.s_[:, 1:4],
        np.s_[:, :, ::2],
        np.s_[:, :, ::-1],
        np.s_[:, :, 2:, 3:],
        np.s_[1:2, 1:2, 1:2, 1:2],
    ],
    ids=str,
)
def test_views_whose_rows_are_contiguous(counts, view):
    values = counts()[view]
    assert as_scan(values)[0].owner is values
    np.testing.assert_array_equal(sums(values)[..., 0], values.sum(axis=(2, 3), dtype=float))


def test_a_read_only_array(counts):
    values = counts()
    values.flags.writeable = False
    np.testing.assert_array_equal(sums(values)[..., 0], values.sum(axis=(2, 3), dtype=float))


def test_a_mapped_array(counts, tmp_path):
    np.save(tmp_path / "scan.npy", counts())
    values = np.load(tmp_path / "scan.npy", mmap_mode="r")
    np.testing.assert_array_equal(sums(values)[..., 0], values.sum(axis=(2, 3), dtype=float))


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_another_number_of_axes(number):
    with pytest.raises(ValueError, match="4 axes"):
        sums(np.zeros((4,) * number))


@pytest.mark.parametrize("dtype", ["f2", "c8", "?", "S3", "M8[s]", "O", np.longdouble])
def test_types_that_are_none(dtype):
    with pytest.raises(TypeError, match="holds"):
        sums(np.zeros((2, 2, 3, 3), dtype))


def test_another_byte_order(counts):
    values = counts(dtype=np.float32)
    with pytest.raises(TypeError, match=r"byte order .*astype\('float32'\)"):
        sums(values.astype(values.dtype.newbyteorder()))


def test_rows_that_are_not_contiguous(counts):
    values = counts()
    for view in (values[..., ::2], values[..., ::-1], values.swapaxes(2, 3), np.asfortranarray(values)):
        with pytest.raises(ValueError, match="side by side"):
            sums(view)


def test_values_that_are_not_aligned():
    memory = np.zeros(2 * 2 * 3 * 3 * 4 + 1, np.uint8)
    with pytest.raises(ValueError, match="not aligned"):
        sums(memory[1:].view(np.float32).reshape(2, 2, 3, 3))


def test_empty_arrays():
    with pytest.raises(ValueError, match="at least one"):
        sums(np.zeros((2, 0, 3, 3)))


@pytest.mark.parametrize("thing", [None, 3, "text", [[1, 2], [3, 4]], object(), {}, np.float32(3)])
def test_objects_of_another_kind(thing):
    with pytest.raises(TypeError, match="a scan is"):
        sums(thing)


def test_a_masked_array(counts):
    with pytest.raises(TypeError, match="masked"):
        sums(np.ma.masked_greater(counts(), 50))


def test_images_of_another_dimension(counts):
    for image in (sitk.GetImageFromArray(counts()[0]), itk.image_from_array(counts()[0])):
        with pytest.raises(ValueError, match="3 dimensions"):
            sums(image)
    with pytest.raises(ValueError, match="2 components"):
        sums(sitk.Image((3, 4), sitk.sitkVectorUInt8, 2))


def test_simpleitk_in_and_out(counts):
    values = counts()
    made = sums(as_sitk(values), annulus=(0, 2, 0, 1000))
    assert isinstance(made, sitk.Image)
    assert made.GetSpacing() == (2.0, 3.0)
    assert made.GetOrigin() == (10.0, 20.0)
    assert made.GetDirection() == (0.0, 1.0, 1.0, 0.0)
    assert made.GetMetaData("FourDSTEM_ComponentNames") == "annulus 0-2,annulus 0-1000"
    np.testing.assert_array_equal(sitk.GetArrayFromImage(made)[..., 1], values.sum(axis=(2, 3), dtype=float))
    bad = fourdstem.bad_pixels(as_sitk(values))
    assert bad.GetSpacing() == (0.5, 0.25)
    assert bad.GetOrigin() == (-1.0, -2.0)
    assert bad.GetDirection() == (0.0, 1.0, 1.0, 0.0)


def test_itk_in_and_out(counts):
    values = counts()
    made = sums(as_itk(values), annulus=(0, 2, 0, 1000))
    assert "itk" in type(made).__module__
    assert tuple(made.GetSpacing()) == (2.0, 3.0)
    assert tuple(made.GetOrigin()) == (10.0, 20.0)
    np.testing.assert_array_equal(itk.array_from_matrix(made.GetDirection()), [[0, 1], [1, 0]])
    assert made.GetMetaDataDictionary()["FourDSTEM_ComponentNames"] == "annulus 0-2,annulus 0-1000"
    np.testing.assert_array_equal(itk.array_from_image(made)[..., 1], values.sum(axis=(2, 3), dtype=float))


def test_images_and_arrays_give_the_same_bits(counts):
    values = counts((6, 7, 16, 16), np.float32)
    expected = fourdstem.origins(values)
    np.testing.assert_array_equal(expected, sitk.GetArrayFromImage(fourdstem.origins(as_sitk(values))))
    np.testing.assert_array_equal(expected, itk.array_from_image(fourdstem.origins(as_itk(values))))


def test_images_are_not_copied(counts):
    image = itk.image_from_array(counts())
    scan = as_scan(image)[0]
    itk.array_view_from_image(image)[1, 2, 3, 4] = 9999
    assert scan[1, 2, 3, 4] == 9999
    values = counts()
    scan = as_scan(values)[0]
    values[0, 0, 0, 0] = 4321
    assert scan[0, 0, 0, 0] == 4321


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for memory")
def test_a_view_larger_than_its_memory_is_not_copied():
    pattern = np.arange(128 * 128, dtype=np.float32).reshape(128, 128)
    scan = np.broadcast_to(pattern, (100, 100, 128, 128))  # 655 MB, if anybody wrote it down
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = sums(scan)
    np.testing.assert_array_equal(made, np.full((100, 100, 1), pattern.sum(dtype=float), np.float32))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_the_array_lives_as_long_as_the_scan(counts):
    scan = as_scan(counts().copy())[0]
    np.testing.assert_array_equal(np.asarray(scan), counts())


def test_a_scan_in_memory_cannot_be_pickled(counts):
    import pickle

    with pytest.raises(TypeError, match="in memory"):
        pickle.dumps(as_scan(counts())[0])


def test_maps_know_what_they_are(counts, tmp_path):
    np.save(tmp_path / "scan.npy", counts())
    scan = fourdstem.open(tmp_path / "scan.npy", scan_step=2.5)
    made = fourdstem.virtual_detector(scan, detectors=("COM",), annulus=(0, 3), origin="mean", bad_pixels="none")
    assert made.components == ("COM x", "COM y", "annulus 0-3")
    assert made.spacing == (2.5, 2.5)
    assert made.unit == "nm"
    part = made.component("COM y")
    assert part.shape == (3, 5)
    assert (part.spacing, part.unit, part.components) == (made.spacing, made.unit, ())
    with pytest.raises(KeyError, match="COM x"):
        made.component("COM z")
    assert made.to_sitk().GetSpacing() == (2.5, 2.5)
    assert tuple(made.to_itk().GetSpacing()) == (2.5, 2.5)
    assert type(made + 1) is np.ndarray
    assert type(made[1:]) is np.ndarray
    assert float(made.sum()) == pytest.approx(float(np.asarray(made).sum()))


def test_options_that_are_images(counts):
    values = counts((4, 5, 16, 16), np.float32)
    weights = np.zeros((16, 16))
    weights[3, 4], weights[5, 6] = 1, 2
    expected = values[:, :, 3, 4] + 2 * values[:, :, 5, 6]
    for mask in (weights, sitk.GetImageFromArray(weights), itk.image_from_array(weights)):
        made = fourdstem.virtual_detector(values, detectors=(), mask=mask, origin="mean", bad_pixels="none")
        # Mask pixel (Qy/2, Qx/2) lies at the mean pattern's centre; without a shift the two are the same.
        assert made.shape == (4, 5, 1)
        shifts = [
            np.array_equal(
                np.asarray(made)[..., 0],
                np.roll(values, (dy, dx), (2, 3))[:, :, 3, 4] + 2 * np.roll(values, (dy, dx), (2, 3))[:, :, 5, 6],
            )
            for dy in range(-8, 9)
            for dx in range(-8, 9)
        ]
        assert any(shifts) or np.array_equal(np.asarray(made)[..., 0], expected)
    with pytest.raises(ValueError, match="15 x 16"):
        fourdstem.virtual_detector(values, detectors=(), mask=weights[1:])
    with pytest.raises(TypeError, match="holds"):
        fourdstem.virtual_detector(values, detectors=(), mask=weights.astype("S3"))
    with pytest.raises(ValueError, match="axes"):
        fourdstem.virtual_detector(values, detectors=(), mask=weights[0])


def test_two_threads_at_once(counts):
    values = counts((8, 9, 20, 21))
    expected = values.sum(axis=(2, 3), dtype=float)
    wrong = []

    def work():
        for _ in range(20):
            if not np.array_equal(sums(values)[..., 0], expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for memory")
@pytest.mark.parametrize("make", [lambda values: values, as_sitk, as_itk], ids=["numpy", "SimpleITK", "itk"])
def test_a_thousand_calls_do_not_grow_memory(counts, make):
    values = counts((3, 4, 64, 64))
    scan = make(values)
    for _ in range(200):
        sums(scan)
    before = resident()
    for _ in range(1000):
        sums(scan)
    assert resident() - before < 4 << 20
