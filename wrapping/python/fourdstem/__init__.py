# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Reads 4D-STEM files, clusters deformation domains and maps strain: ITKFourDSTEM in Python.

>>> import fourdstem
>>> scan = fourdstem.open("scan.raw")
>>> domains = fourdstem.cluster(scan)
>>> domains.plot()
"""

from ._clusters import Clusters, cluster, load
from ._errors import ChoiceNeeded, FileError
from ._filters import bad_pixels, check, features, origins, statistics, virtual_detector
from ._images import Map
from ._lattices import (
    Calibration,
    LabelPatterns,
    Places,
    bragg_disks,
    calibrate,
    find_places,
    fit_lattice,
    label_patterns,
    lattice_strain,
    undistort_disks,
)
from ._options import options
from ._peaks import Peaks, bragg_peaks, read_peaks
from ._strategies import cepstrum_lattice, diffraction_tilt, radial_profile
from ._scan import Scan, open  # noqa: A004
from ._strain import Strain, strain
from ._tables import divide, feature_mask, reduce, scale_by_neighbour_noise

__all__ = [
    "Calibration",
    "ChoiceNeeded",
    "Clusters",
    "FileError",
    "LabelPatterns",
    "Map",
    "Peaks",
    "Places",
    "Scan",
    "Strain",
    "bad_pixels",
    "bragg_disks",
    "bragg_peaks",
    "calibrate",
    "cepstrum_lattice",
    "check",
    "cluster",
    "diffraction_tilt",
    "divide",
    "feature_mask",
    "features",
    "find_places",
    "fit_lattice",
    "label_patterns",
    "lattice_strain",
    "load",
    "open",
    "options",
    "origins",
    "radial_profile",
    "read_peaks",
    "reduce",
    "scale_by_neighbour_noise",
    "statistics",
    "strain",
    "undistort_disks",
    "virtual_detector",
]
