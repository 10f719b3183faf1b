# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The steps from patterns to strain one by one, and mean patterns of labels: what the ITK filters of the same names do.
`fourdstem.strain` takes them all, with the choices between."""

from typing import NamedTuple

import numpy as np

from . import _core
from ._images import Map, as_features, as_scan, back, option_image, over
from ._request import asked, source_of


def over_scan(name, value, shape, components):
    """float32 (Ry, Rx, components) of an image over the scan; None for None."""
    if value is None:
        return None
    array = option_image(name, value)
    if array.shape != (*shape, components):
        raise ValueError(f"{name} has the shape {array.shape}; the scan needs {(*shape, components)}")
    return array


class Places(NamedTuple):
    """Where disks are expected: reciprocal lattice vectors g1 and g2, (x, y) in detector pixels; places float64 (n, 2)
    from the origin, and their indices (h, k), int64 (n, 2)."""

    g1: tuple
    g2: tuple
    places: np.ndarray
    indices: np.ndarray


def find_places(mean, *, disk_radius, edge_width=1.5):
    """The disks on the lattice of an aligned mean pattern, as "mean" of `fourdstem.statistics`.

    Parameters
    ----------
    mean : image (Qy, Qx)
        Its origin lies at pixel (floor(Qy/2), floor(Qx/2)).
    disk_radius, edge_width : float
        As of `bragg_peaks`.

    Returns
    -------
    Places

    Raises
    ------
    RuntimeError
        No lattice is found.
    """
    array = option_image("mean", mean)
    if array.shape[2] != 1:
        raise ValueError(f"mean has {array.shape[2]} components; one pattern is needed")
    if not disk_radius > 0 or not edge_width > 0:
        raise ValueError(f"disk_radius is {disk_radius}, edge_width {edge_width}; both must be above 0")
    found = _core.find_places(array, disk_radius, edge_width)
    if found is None:
        raise RuntimeError(
            f"no lattice is found in the mean pattern: fewer than three disks of radius {disk_radius} px in two "
            "directions stand out of it"
        )
    return Places(*found)


def bragg_disks(
    scan,
    places,
    *,
    disk_radius,
    edge_width=1.5,
    origins=None,
    reach=0.0,
    significance=4.0,
    gain=1.0,
    structure=0.0,
    electrons=16.0,
    threads=0,
    progress=None,
):
    """Finds the expected disks at every position, as itk::BraggDiskImageFilter.

    Parameters
    ----------
    scan
        As of `cluster`.
    places : Places or array (n, 2)
        (x, y) from the origin, detector pixels.
    origins : image (Ry, Rx, 2), optional
        (x, y) of each pattern's origin; default: (floor(Qx/2), floor(Qy/2)).
    reach : float
        Farthest distance from the place, pixels. 0: the radius, or 0.45 of the smallest distance of two places.
    significance : float
        Smallest height in its standard deviations.
    gain : float
        Variance of a pixel over its mean.
    structure : float
        Standard deviation of the structure inside disks, as thick crystals have, over their height, 0 to 1; 0: disks
        are evenly filled.
    electrons : float
        In a pixel at the top of a typical disk: structure is weighed against noise by it.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, 4 n): of each disk x and y from the origin, height in counts, standard deviation of x and y;
        NaN where there is none.
    """
    scan, kind, geometry = as_scan(scan)
    rows = np.ascontiguousarray(getattr(places, "places", places), np.float64)
    if rows.ndim != 2 or rows.shape[1] != 2 or not len(rows):
        raise ValueError(f"places have the shape (n, 2); these have {rows.shape}")
    if not disk_radius > 0 or not edge_width > 0 or not gain > 0:
        raise ValueError(f"disk_radius is {disk_radius}, edge_width {edge_width}, gain {gain}; all must be above 0")
    if not 0 <= structure <= 1 or not electrons > 0:
        raise ValueError(
            f"structure is {structure}, electrons {electrons}; the first must be 0 to 1, the second above 0"
        )
    given = over_scan("origins", origins, scan.shape[:2], 2)
    with asked("strain", "bragg_disks", source_of(scan), {"threads": threads}, progress) as request:
        values = _core.find_disks(
            scan._core, rows, given, disk_radius, edge_width, reach, significance, gain, structure, electrons, request
        )
    names = [f"disk {i + 1} {what}" for i in range(len(rows)) for what in ("x", "y", "height", "sigma")]
    return back(over(scan, "scan", values, names), kind, geometry)


def fit_lattice(disks, indices, *, minimum_disks=4, outlier=4.0, threads=0, progress=None):
    """Fits the lattice of every position to its disks, as itk::LatticeFitImageFilter.

    Parameters
    ----------
    disks : image (Ry, Rx, 4 n)
        Of `bragg_disks`.
    indices : Places or array (n, 2)
        (h, k) of each disk.
    minimum_disks : int
        At least 4.
    outlier : float
        Disks farther from the lattice than this many of their standard deviations do not count.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, 11): q0, g1, g2 as (x, y) in detector pixels, their variances and covariance (pixels squared),
        residual (pixels), disks; NaN where none is fitted.
    """
    array, made, kind, geometry = as_features(disks)
    rows = np.ascontiguousarray(getattr(indices, "indices", indices), np.int64)
    if rows.ndim != 2 or rows.shape[1] != 2 or array.shape[2] != 4 * len(rows):
        raise ValueError(
            f"disks have {array.shape[2]} components and indices the shape {rows.shape}; four components for each pair "
            "(h, k) are needed"
        )
    if minimum_disks < 4:
        raise ValueError(f"minimum_disks is {minimum_disks}; it is at least 4")
    with asked("strain", "fit_lattice", "<image>", {"threads": threads}, progress) as request:
        values = _core.fit_lattice(array, rows, minimum_disks, outlier, request)
    return back(Map(values, _core.lattice_components, made.spacing, made.origin, made.unit), kind, geometry)


def undistort_disks(disks, *, ratio, angle):
    """Takes an elliptical distortion out of the places of disks, as itk::EllipticalDistortionImageFilter.

    Parameters
    ----------
    disks : image (Ry, Rx, 4 n)
        Of `bragg_disks`.
    ratio : float
        Long over short axis of what a circle becomes, 1 to 2.
    angle : float
        Of the long axis, degrees from +x (columns) towards +y (rows, down).

    Returns
    -------
    image of the kind given
        The same with corrected x and y; heights and errors stay.
    """
    array, made, kind, geometry = as_features(disks)
    if array.shape[2] % 4:
        raise ValueError(f"disks have {array.shape[2]} components; four for each disk are needed")
    if not 1 <= ratio <= 2 or not np.isfinite(angle):
        raise ValueError(f"ratio is {ratio}, angle {angle}; the first must be 1 to 2, the second a number of degrees")
    values = _core.undistorted_disks(array, ratio, np.deg2rad(angle))
    return back(Map(values, made.components, made.spacing, made.origin, made.unit), kind, geometry)


class Calibration(NamedTuple):
    """1/nm in a detector pixel; ratio and angle (degrees) of the ellipse that a circle becomes; their standard errors; the
    root mean square distance of the measured from the known vectors, relative."""

    pixel_size: float
    pixel_size_error: float
    mismatch: float
    ellipse_ratio: float
    ellipse_ratio_error: float
    ellipse_angle: float
    ellipse_angle_error: float


def calibrate(lattice, known_lattice, *, mask=None):
    """The size of a detector pixel and the elliptical distortion from a crystal that is known, as
    itk::LatticeCalibrationImageFilter.

    Parameters
    ----------
    lattice : image (Ry, Rx, 11)
        Of `fit_lattice`.
    known_lattice : (a, b, gamma)
        Sides of the cell in its projection along the beam, nm, and the angle between them, degrees.
    mask : image (Ry, Rx), optional
        Positions that count: those where it is not 0. Default: all.

    Returns
    -------
    Calibration

    Raises
    ------
    RuntimeError
        No position has a lattice, or the lattice is not the one that is known.
    """
    array, *_ = as_features(lattice)
    if array.shape[2] != len(_core.lattice_components):
        raise ValueError(f"lattice has {array.shape[2]} components; {len(_core.lattice_components)} are needed")
    a, b, gamma = known_lattice
    found = _core.calibrate(array, over_scan("mask", mask, array.shape[:2], 1), a, b, np.deg2rad(gamma))
    if found is None:
        raise RuntimeError(f"the lattice is not that of {a}, {b} nm and {gamma} degrees: more than 10 % off in shape")
    *rest, angle, error = found
    return Calibration(*rest, np.rad2deg(angle), np.rad2deg(error))


def lattice_strain(
    lattice, *, reference=None, mask=None, linearised=False, scan_rotation=0.0, threads=0, progress=None
):
    """Strain and rotation of lattices against one that is unstrained, as itk::LatticeStrainImageFilter.

    Parameters
    ----------
    lattice : image (Ry, Rx, 11)
        Of `fit_lattice`, or `Strain.lattice`.
    reference : (g1x, g1y, g2x, g2y), optional
        Detector pixels; default: the median of all positions, or of those that `mask` has.
    mask : image (Ry, Rx), optional
        Not 0: the position counts as unstrained.
    linearised : bool
        The customary small-strain form in reciprocal space, for comparison.
    scan_rotation : float
        Of the scan's fast axis on the detector, degrees from +x towards +y.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, 13), named components: strains as fractions, positive for expansion in real space, rotations in
        degrees, standard errors; NaN where there is no lattice.
    """
    array, made, kind, geometry = as_features(lattice)
    if array.shape[2] != len(_core.lattice_components):
        raise ValueError(
            f"lattice has {array.shape[2]} components; the {len(_core.lattice_components)} of fit_lattice are needed"
        )
    if reference is not None:
        reference = np.ascontiguousarray(reference, np.float64)
        if reference.size != 4:
            raise ValueError(f"reference has {reference.size} numbers; g1x, g1y, g2x, g2y are needed")
        reference = reference.reshape(2, 2)
    given = over_scan("mask", mask, array.shape[:2], 1)
    with asked("strain", "lattice_strain", "<image>", {"threads": threads}, progress) as request:
        values, _ = _core.strain_of_lattice(array, reference, given, linearised, np.deg2rad(scan_rotation), request)
    return back(Map(values, _core.strain_components, made.spacing, made.origin, made.unit), kind, geometry)


class LabelPatterns(NamedTuple):
    """Aligned patterns of every label from 1 on: mean and variance, float32 (labels, Qy, Qx), NaN where no pattern
    reaches, and how many positions they are of, int64 (labels,)."""

    mean: np.ndarray
    variance: np.ndarray
    positions: np.ndarray


def label_patterns(scan, labels, *, origins=None, threads=0, progress=None):
    """Mean and variance of the patterns of every label, aligned by their origins, as itk::ClusterPatternImageFilter.

    Parameters
    ----------
    scan
        As of `cluster`.
    labels : image (Ry, Rx)
        1, 2, ...; positions with 0 take no part.
    origins : image (Ry, Rx, 2), optional
        (x, y) of each pattern's origin in detector pixels: of `fourdstem.origins`. Default: the detector's middle.

    Returns
    -------
    LabelPatterns
        With the origin at pixel (floor(Qy/2), floor(Qx/2)). 20 bytes a pixel and label are needed on the way.
    """
    scan, _, _ = as_scan(scan)
    names = over_scan("labels", labels, scan.shape[:2], 1)
    if not np.all((names >= 0) & (names < 65536) & (names == np.floor(names))) or not names.any():
        raise ValueError("labels are whole numbers from 0 to 65535, at least one of them above 0")
    given = over_scan("origins", origins, scan.shape[:2], 2)
    with asked("strain", "label_patterns", source_of(scan), {"threads": threads}, progress) as request:
        return LabelPatterns(*_core.label_patterns(scan._core, names, given, request))
