# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Features of other kinds than the pixels that domains are found by: radial profiles, the cepstrum's lattice, tilt."""

import numpy as np

from . import _core
from ._images import as_scan, back, option_image, over
from ._lattices import over_scan
from ._request import asked, source_of


def cepstrum_lattice(
    scan,
    mean,
    *,
    origins=None,
    side=0,
    offset=1.0,
    inner_radius=8.0,
    reach=1.5,
    significance=4.0,
    threads=0,
    progress=None,
):
    """The lattice of every position from the exit-wave power cepstrum (Padgett et al., Ultramicroscopy 214, 112994): where
    disks overlap or have structure. As itk::CepstrumFeature and itk::LatticeFitImageFilter.

    Parameters
    ----------
    scan
        As of `cluster`.
    mean : image (Qy, Qx)
        Aligned mean pattern, as "mean" of `fourdstem.statistics`, in whose cepstrum the lattice is found.
    origins : image (Ry, Rx, 2), optional
        (x, y) of each pattern's origin; default: (floor(Qx/2), floor(Qy/2)).
    side : int
        Of the square about the origin that is transformed, detector pixels; 0: the detector's shorter side.
    offset : float
        Counts added before the logarithm.
    inner_radius, reach : float
        Shortest vector of the direct lattice, and farthest distance of a peak from its place, pixels of the cepstrum.
    significance : float
        Smallest height of a peak in standard deviations of noise.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, 11) as of `fit_lattice`: the reciprocal lattice in detector pixels. Lengths are up to some per
        cent off, strain against a reference of the same scan is not.

    Raises
    ------
    RuntimeError
        No lattice is found, or one within the inner radius.
    """
    scan, kind, geometry = as_scan(scan)
    pattern = option_image("mean", mean)
    if pattern.shape != (*scan.shape[2:], 1):
        raise ValueError(f"mean has the shape {pattern.shape}; the scan needs {(*scan.shape[2:], 1)}")
    given = over_scan("origins", origins, scan.shape[:2], 2)
    with asked("strain", "cepstrum_lattice", source_of(scan), {"threads": threads}, progress) as request:
        values = _core.cepstrum_lattice(
            scan._core, pattern, given, side, offset, inner_radius, reach, significance, request
        )
    return back(over(scan, "scan", values, _core.lattice_components), kind, geometry)


def diffraction_tilt(
    scan,
    places,
    *,
    disk_radius,
    edge_width=1.5,
    origins=None,
    reach=0.0,
    significance=4.0,
    gain=1.0,
    threads=0,
    progress=None,
):
    """Friedel asymmetries, tilt, harmonics of rings and broadening of disks, as itk::DiffractionTiltFeature.

    Parameters
    ----------
    scan
        As of `cluster`.
    places : Places
        Of `find_places`.
    disk_radius, edge_width, origins, reach, significance, gain
        As of `bragg_disks`.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, n) with named components: "Friedel asymmetry h k" of every pair, (I_g - I_-g)/(I_g + I_-g);
        "tilt x", "tilt y"; "ring 1 cos 2", "ring 1 sin 2", ...; "disk broadening" in square pixels. NaN where a disk that
        takes part is cut by the rim, or none is found.
    """
    scan, kind, geometry = as_scan(scan)
    if not hasattr(places, "indices"):
        raise TypeError(f"places are a Places, which have indices, not {type(places).__name__}")
    rows = np.ascontiguousarray(places.places, np.float64)
    indices = np.ascontiguousarray(places.indices, np.int64)
    if rows.ndim != 2 or rows.shape[1] != 2 or not len(rows) or indices.shape != rows.shape:
        raise ValueError(f"places and indices have the shape (n, 2); these have {rows.shape} and {indices.shape}")
    if not disk_radius > 0 or not edge_width > 0 or not gain > 0:
        raise ValueError(f"disk_radius is {disk_radius}, edge_width {edge_width}, gain {gain}; all must be above 0")
    given = over_scan("origins", origins, scan.shape[:2], 2)
    with asked("strain", "diffraction_tilt", source_of(scan), {"threads": threads}, progress) as request:
        values, names = _core.diffraction_tilt(
            scan._core, rows, indices, given, disk_radius, edge_width, reach, significance, gain, request
        )
    return back(over(scan, "scan", values, names), kind, geometry)


def radial_profile(
    scan, *, origins=None, first=0.0, width=1.0, rings=0, variance=False, threads=0, progress=None
):
    """Azimuthal mean in rings around each pattern's own origin, as itk::RadialProfileFeature.

    Parameters
    ----------
    scan, origins
        As of `cepstrum_lattice`.
    first, width : float
        Inner radius of the first ring and width of a ring, detector pixels.
    rings : int
        0: as many as fit a circle around the detector's centre.
    variance : bool
        Also the variance along each ring, which is large for spots and small for halos.

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, n): "radial mean 0", ... in counts, then "radial variance 0", ... in squared counts.
    """
    scan, kind, geometry = as_scan(scan)
    given = over_scan("origins", origins, scan.shape[:2], 2)
    if not first >= 0 or not width > 0 or rings < 0:
        raise ValueError(f"first is {first}, width {width}, rings {rings}; width must be above 0, the others not below")
    count = rings or max(1, int(((min(scan.shape[2:]) + 1) // 2 - first) / width))
    with asked("strain", "radial_profile", source_of(scan), {"threads": threads}, progress) as request:
        values, names = _core.radial_profile(scan._core, given, first, width, count, variance, request)
    return back(over(scan, "scan", values, names), kind, geometry)
