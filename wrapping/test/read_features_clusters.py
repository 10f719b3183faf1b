# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The module's filters from Python: read a scan, measure origins, take features, cluster; and all that in one filter; disks and
lattices."""
import os
import pathlib
import tempfile

import itk
import numpy as np

Scan = itk.Image[itk.US, 4]
Features = itk.VectorImage[itk.F, 2]

itk.FourDSTEMImageIOFactory.RegisterOneFactory()


def simulated_scan():
    """Counts (Ry, Rx, Qy, Qx) of two domains, whose disks lie along different directions, and their labels."""
    rows, columns, detector = 12, 17, 24
    labels = np.ones((rows, columns), int)
    labels[:, 9:] = 2
    y, x = np.mgrid[:detector, :detector] - detector // 2
    expected = np.full((rows, columns, detector, detector), 0.2)
    expected += 80.0 * (np.hypot(x, y) < 2.5)
    for label, (dy, dx) in ((1, (0, 7)), (2, (5, 5))):
        disks = (np.hypot(x - dx, y - dy) < 2) | (np.hypot(x + dx, y + dy) < 2)
        expected[labels == label] += 20.0 * disks
    return np.random.default_rng(7).poisson(expected).astype(np.uint16), labels


def read(path):
    reader = itk.ImageFileReader[Scan].New(FileName=str(path))
    reader.Update()
    return reader.GetOutput()


def partition_agrees(found, truth):
    """Share of positions whose cluster's most frequent true label is their own."""
    return sum(np.bincount(truth[found == label]).max() for label in np.unique(found)) / truth.size


def cluster(scan, inner, outer, step):
    origins = itk.DiffractionOriginImageFilter[Scan].New(scan)
    origins.Update()
    pixels = itk.MaskedPixelFeature.New(InnerRadius=inner, OuterRadius=outer, Step=step)
    pixels.SetTransformToAnscombe()
    mask = itk.DiffractionFeatureMaskImageFilter[Scan].New(scan)
    mask.SetOriginImage(origins.GetOutput())
    mask.SetStrategy(pixels)
    mask.SetMethodToNeighbour()
    mask.Update()
    features = itk.DiffractionFeatureImageFilter[Scan, Features].New(scan)
    features.SetOriginImage(origins.GetOutput())
    features.SetFeatureMaskImage(mask.GetOutput())
    features.SetStrategy(pixels)
    clusters = itk.DivisiveClusteringImageFilter[Features, itk.Image[itk.US, 2]].New(features.GetOutput())
    clusters.Update()
    tree = clusters.GetClusterTree()
    print(features.GetOutput().GetNumberOfComponentsPerPixel(), "features,", tree.GetNumberOfLeaves(), "leaves")
    return itk.array_from_image(clusters.GetOutput()), tree


counts, labels = simulated_scan()
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "scan.npy")
    np.save(path, counts)
    scan = read(path)
    assert np.array_equal(itk.array_from_image(scan), counts)

    found, tree = cluster(scan, 4, 11, 1)
    assert tree.GetNumberOfLeaves() == 2
    assert partition_agrees(found, labels) == 1

    detector = itk.VirtualDetectorImageFilter[Scan, Features].New(scan)
    detector.AddAnnulus("everything", 0, 40)
    detector.Update()
    sums = itk.array_from_image(detector.GetOutput())
    assert np.array_equal(sums.reshape(labels.shape), counts.sum(axis=(2, 3)))

    broken = counts.copy()
    broken[..., 20, 3] = 0
    np.save(path.with_name("broken.npy"), broken)
    health = itk.DetectorHealthImageFilter[Scan].New()
    health.SetInput(read(path.with_name("broken.npy")))
    health.Update()
    assert itk.array_from_image(health.GetOutput())[20, 3] == 3, health.GetSummary()
    assert "1 dead" in health.GetSummary()

    disks = itk.BraggDiskImageFilter[Scan].New(scan)
    disks.SetDiskRadius(2)
    disks.AddPlace(-1, 0, -7, 0)
    disks.AddPlace(0, -1, -5, -5)
    lattice = itk.LatticeFitImageFilter[Features].New(disks.GetOutput())
    strain = itk.LatticeStrainImageFilter[Features].New(lattice.GetOutput())
    disks.Update()
    heights = itk.array_from_image(disks.GetOutput())[..., 2]
    assert np.isfinite(heights[labels == 1]).mean() > 0.9 > 0.1 > np.isfinite(heights[labels == 2]).mean()
    try:
        strain.Update()
        raise AssertionError("two disks at a position are no lattice")
    except RuntimeError as error:
        assert "no position of the reference has a lattice" in str(error)

    tilt = itk.DiffractionTiltFeature.New(DiskRadius=2)
    for sign in (1, -1):
        tilt.AddPlace(sign, 0, 7 * sign, 0)
    asymmetry = itk.DiffractionFeatureImageFilter[Scan, Features].New(scan)
    asymmetry.SetStrategy(tilt)
    asymmetry.Update()
    assert itk.array_from_image(asymmetry.GetOutput()).shape[2] == 2
    cepstrum = itk.CepstrumFeature.New()
    statistics = itk.DiffractionStatisticsImageFilter[Scan].New(scan)
    statistics.Update()
    try:
        cepstrum.FindPlaces(statistics.GetMeanOutput())
        raise AssertionError("two domains of two disks have no lattice")
    except RuntimeError as error:
        assert "one by one" in str(error)

    calibration = itk.LatticeCalibrationImageFilter[Features].New(lattice.GetOutput())
    calibration.SetKnownLattice(0.4, 0.4, 90)
    try:
        calibration.Update()
        raise AssertionError("two disks at a position are no lattice")
    except RuntimeError as error:
        assert "no position of the reference has a lattice" in str(error)

    detection = itk.BraggPeakDetectionFilter[Scan].New()
    detection.SetInput(scan)
    detection.SetDiskRadius(2)
    detection.Update()
    peaks = detection.GetOutput()
    assert (peaks.GetNumberOfRows(), peaks.GetNumberOfColumns()) == labels.shape
    peaks.Write(str(path.with_name("peaks.h5")))
    again = itk.BraggPeaks.New()
    again.Read(str(path.with_name("peaks.h5")))
    assert again.GetNumberOfPeaks() == peaks.GetNumberOfPeaks() > 0
    assert list(again.GetPeak(1, 1, 0)) == list(peaks.GetPeak(1, 1, 0))

    analysis = itk.DeformationDomainImageFilter[Scan].New(scan)
    analysis.Update()
    assert partition_agrees(itk.array_from_image(analysis.GetOutput()), labels) == 1
    assert itk.array_from_image(analysis.GetNodePatternImage()).shape == (3, 24, 24)

beside = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
silver = pathlib.Path(os.environ.get("FOURDSTEM_REAL_DATA", beside)) / "ag_sped_left.h5"
if silver.exists():
    scan = read(silver)
    truth = np.load(silver.with_suffix(".truth.npy"))
    found, tree = cluster(scan, 8, 50, 3)
    known = truth > 0
    assert tree.GetNumberOfLeaves() >= 3
    assert partition_agrees(found[known], truth[known]) > 0.9
else:
    print("NOT TESTED:", silver, "is not there")
print("From Python: all as expected")
