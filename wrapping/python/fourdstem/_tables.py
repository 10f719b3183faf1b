# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Feature images (Ry, Rx, C) of any origin: NumPy arrays, vector images of itk or SimpleITK."""

from . import _core
from ._clusters import Clusters
from ._images import Map, as_features, as_scan, back, over
from ._filters import _run
from ._request import asked


def _call(core_function, label, features, arguments, options, progress):
    with asked("divide", label, "<features>", options, progress) as request:
        return core_function(features, *arguments, request)


def divide(features, *, pixels=False, progress=None, **options):
    """Divides the positions of any feature image by divisive hierarchical clustering; knows nothing of electrons.

    Parameters
    ----------
    features
        NumPy array (Ry, Rx, C), itk or SimpleITK vector image; NaN is no data.
    pixels : bool
        Components are detector pixels, of which each node uses those that neighbouring positions share. Default: all
        components are features already.
    **options
        mode, maximum_leaves, maximum_depth, minimum_size, expand_gradients, splits, criterion, maximum_k, seed, mask,
        threads: as of fourdstem.options("cluster").

    Returns
    -------
    Clusters
        Without patterns; it cannot be saved as a result folder, and its nodes not be divided again.

    Raises
    ------
    ValueError, TypeError
    """
    array, made, kind, geometry = as_features(features)
    names = list(made.components) if len(made.components) == array.shape[2] else []
    core = _call(_core.divide, "divide", array, (names, bool(pixels)), options, progress)
    return Clusters(core, kind, geometry, (made.spacing, made.origin, made.unit))


def reduce(
    features, *, method="mnf", components=8, scale_by_noise=True, only_shared=False, mask=None, threads=0, progress=None
):
    """Features in few numbers: principal components, or those of largest variance over the noise between neighbours.

    Parameters
    ----------
    features
        As of `divide`.
    method : "mnf" or "pca"
    components : int
        At most so many, 1 to 32.
    scale_by_noise : bool
        Divide each feature by its neighbour noise first, so that units do not matter.
    only_shared : bool
        Use only features that neighbours share.

    Returns
    -------
    image of the kind given, float64 (components,), float32 (components, C)
        The components (Ry, Rx, components), NaN where nothing takes part; their strength; their loadings in the
        features' units.
    """
    if method not in ("mnf", "pca"):
        raise ValueError(f"method is 'mnf' or 'pca', not {method!r}")
    array, made, kind, geometry = as_features(features)
    arguments = (method == "mnf", components, scale_by_noise, only_shared)
    found = _call(_core.reduce, "reduce", array, arguments, {"mask": mask, "threads": threads}, progress)
    names = [f"{method} {i + 1}" for i in range(found["values"].shape[2])]
    image = back(Map(found["values"], names, made.spacing, made.origin, made.unit), kind, geometry)
    return image, found["strength"], found["loadings"]


def scale_by_neighbour_noise(features, *, mask=None, threads=0, progress=None):
    """Divides each feature by its neighbour noise, the root of half the mean squared difference of adjacent positions.

    Returns
    -------
    image of the kind given, float64 (C,)
        The features in units of their noise; the noise in each feature's unit, 0 where it is constant.
    """
    array, made, kind, geometry = as_features(features)
    values, noise = _call(
        _core.scale_by_noise, "scale_by_neighbour_noise", array, (), {"mask": mask, "threads": threads}, progress
    )
    return back(Map(values, made.components, made.spacing, made.origin, made.unit), kind, geometry), noise


def feature_mask(scan, *, progress=None, **options):
    """Detector pixels that carry signal.

    Parameters
    ----------
    scan
        As of `cluster`.
    **options
        feature_mask="neighbour" (tested over the whole scan), "fano", "disks", "std-fraction", "all",
        inner_radius ...: of fourdstem.options("cluster").

    Returns
    -------
    image of the kind given
        uint8 (Qy, Qx), aligned: what `feature_mask` of `cluster` takes.
    """
    scan, kind, geometry = as_scan(scan)
    mask = _run(_core.feature_mask, "cluster", "feature_mask", scan, options, progress)
    return back(over(scan, "detector", mask), kind, geometry, "detector")
