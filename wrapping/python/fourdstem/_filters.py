# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Filters of scans as functions. All take a fourdstem.Scan, a NumPy array (Ry, Rx, Qy, Qx), a 4-D itk.Image or a 4-D
SimpleITK.Image with index [Qx, Qy, Rx, Ry], and return images of the same kind (for scans and arrays `fourdstem.Map`,
an array that knows its geometry). The scan is never copied, the interpreter's lock is released, Ctrl-C stops them.

`progress=True` shows a bar (tqdm); a function is called with (fraction, stage). `threads=0` takes all that there are.
Options are those of the commands, with the same defaults; images for options (mask, origin, bad_pixels, feature_mask)
may be paths, arrays or images."""

from . import _core
from ._images import as_scan, back, over
from ._request import asked, source_of
from ._scan import Scan


def _run(core_function, function, label, scan, options, progress):
    with asked(function, label, source_of(scan), options, progress) as request:
        return core_function(scan._core, request)


def virtual_detector(scan, *, progress=None, **options):
    """Images of virtual detectors, as FourDSTEMVirtualDetector measures them: the same bits.

    Parameters
    ----------
    scan
        See the module.
    **options
        detectors=["BF", "ADF", "COM"], annulus=[inner, outer, ...] (pixels), adf_radii, bf_radius, com_radius,
        mask (weights (Qy, Qx)), origin, bad_pixels, threads ...: fourdstem.options("virtual_detector").

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, components), sums in the scan's counts and centres of mass in detector pixels; components are
        named.

    Raises
    ------
    ValueError, TypeError, FileError
    """
    scan, kind, geometry = as_scan(scan)
    values, names = _run(_core.virtual_detector, "virtual_detector", "virtual_detector", scan, options, progress)
    return back(over(scan, "scan", values, names), kind, geometry)


def origins(scan, *, progress=None, **options):
    """Where the undiffracted beam hits the detector at every position: the origin.nrrd of FourDSTEMCluster.

    Parameters
    ----------
    **options
        Of fourdstem.options("cluster"): origin="measured" or "fixed", origin_fit="plane", bad_pixels, mask, threads ...

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, 2), x (along Qx) then y in detector pixels, the centre of pixel i at i; NaN where a pattern
        has no data.
    """
    scan, kind, geometry = as_scan(scan)
    found = _run(_core.measure, "cluster", "origins", scan, options, progress)
    return back(over(scan, "scan", found["origins"], ("qx0", "qy0")), kind, geometry)


def statistics(scan, *, progress=None, **options):
    """Statistics of all patterns, aligned by their origins: the statistics.nrrd of FourDSTEMCluster.

    Parameters
    ----------
    **options
        As for `origins`.

    Returns
    -------
    dict
        "mean", "max", "std", "log-std" and "fano" → image of the kind given, float32 (Qy, Qx); the origin lies at
        pixel (floor(Qy/2), floor(Qx/2)), and what no pattern covers is NaN.
    """
    scan, kind, geometry = as_scan(scan)
    found = _run(_core.measure, "cluster", "statistics", scan, options, progress)
    return {
        name: back(over(scan, "detector", values), kind, geometry, "detector")
        for name, values in found["statistics"].items()
    }


def features(scan, *, progress=None, **options):
    """The features that FourDSTEMCluster divides a scan by.

    Parameters
    ----------
    **options
        Of fourdstem.options("cluster"): inner_radius, outer_radius, feature_mask, transform, sampling, origin ...

    Returns
    -------
    image of the kind given
        float32 (Ry, Rx, features); the names "I(dx dy)" say where a feature lies, in pixels from the origin. NaN
        where a pattern has no data.
    """
    scan, kind, geometry = as_scan(scan)
    values, names = _run(_core.features, "cluster", "features", scan, options, progress)
    return back(over(scan, "scan", values, names), kind, geometry)


def check(scan, *, progress=None, threads=0):
    """What is wrong with a detector or a scan, in one pass: as FourDSTEMInfo --check.

    Returns
    -------
    dict
        Arrays (Qy, Qx) as the patterns lie: "pixels" (uint8, an index of "kinds": good, hot, flickering, dead, stuck,
        given), "bad", "saturated", "counts", "mean", "variance", "max"; numbers "minimum", "maximum",
        "non_finite_values", "non_finite_patterns", "empty_patterns", "patterns"; texts "summary", "unjudged".
    """
    scan, _, _ = as_scan(scan)
    return _run(_core.check, "check", "check", scan, {"threads": threads}, progress)


def bad_pixels(scan, *, progress=None, threads=0):
    """Detector pixels that are hot, flickering, dead or stuck.

    Returns
    -------
    image of the kind given
        uint8 (Qy, Qx) as the patterns lie, 1 where a pixel is bad: what `bad_pixels` of other functions takes.
    """
    scan, kind, geometry = as_scan(scan)
    found = _run(_core.check, "check", "bad_pixels", scan, {"threads": threads}, progress)
    made = over(scan, "detector", found["bad"])
    made.origin = scan.calibration["detector"]["offset"]
    return back(made, kind, geometry, "detector")


__all__ = ["Scan", "bad_pixels", "check", "features", "origins", "statistics", "virtual_detector"]
