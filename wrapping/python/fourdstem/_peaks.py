# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Peak lists: all disks of every pattern, where neither lattice nor origins are known."""

import os

import numpy as np

from . import _core
from ._images import Map, as_scan
from ._lattices import over_scan
from ._request import asked, source_of

_PEAK = np.dtype([("x", np.float64), ("y", np.float64), ("intensity", np.float64)])


def bragg_peaks(
    scan,
    *,
    disk_radius,
    edge_width=1.5,
    origins=None,
    minimum_height=0.0,
    minimum_share=0.005,
    minimum_distance=0.0,
    edge=0.0,
    significance=5.0,
    minimum_likeness=0.5,
    gain=1.0,
    maximum_peaks=1000,
    threads=0,
    progress=None,
):
    """Finds all disks of every pattern, as itk::BraggPeakDetectionFilter: the direct beam is among them.

    Parameters
    ----------
    scan
        As of `cluster`.
    disk_radius, edge_width : float
        Radius of a disk at half its height, and the width over which its edge falls, detector pixels.
    origins : image (Ry, Rx, 2), optional
        (x, y) of each pattern's origin in detector pixels, which the lists then carry: of `fourdstem.origins`.
    minimum_height, minimum_share, significance, minimum_likeness : float
        Lowest height of a peak: in the scan's counts; as a share of the pattern's highest; in its standard deviations
        from counting noise; lowest share of the variance that a disk explains.
    minimum_distance : float
        Of two peaks nearer than this, in pixels, the higher stays. 0: the disk's radius.
    edge : float
        Peaks nearer than this to the detector's rim, in pixels, are left out.
    gain : float
        Detector units per electron, where electrons are counted.
    maximum_peaks : int
        Most peaks of a pattern, the highest first.

    Returns
    -------
    Peaks

    Raises
    ------
    ValueError, TypeError, FileError
    """
    scan, _, _ = as_scan(scan)
    detection = _core.DiskDetection(disk_radius, edge_width)
    detection.minimum_height, detection.minimum_share = minimum_height, minimum_share
    detection.minimum_distance, detection.edge = minimum_distance, edge
    detection.significance, detection.minimum_likeness = significance, minimum_likeness
    detection.gain, detection.most = gain, maximum_peaks
    given = over_scan("origins", origins, scan.shape[:2], 2)
    with asked("strain", "bragg_peaks", source_of(scan), {"threads": threads}, progress) as request:
        return Peaks(_core.find_peaks(scan._core, given, detection, request))


def read_peaks(path, dataset=""):
    """Reads peak lists: BraggVectors of py4DSTEM 0.13 and 0.14, peaks.h5 of FourDSTEMStrain.

    `dataset`: the array's path in the file, where there are several. Raises FileError.
    """
    return Peaks(_core.read_peaks(os.fspath(path), dataset))


class Peaks:
    """A list of peaks for every position of a scan. `peaks[ry, rx]`: structured array with the fields x (columns, along
    Qx), y (rows, along Qy), both in detector pixels as patterns are read, and intensity, the highest first."""

    def __init__(self, core):
        self._core = core
        self._offsets = core.offsets
        self._values = core.values.view(_PEAK).reshape(-1)

    @property
    def shape(self):
        """(Ry, Rx, Qy, Qx); the last two are 0 where they are not known."""
        return self._core.shape

    @property
    def counts(self):
        """How many peaks each position has: int64 `fourdstem.Map` (Ry, Rx)."""
        grid = self._core.scan_grid
        counts = np.diff(self._offsets).reshape(self.shape[:2])
        return Map(counts, (), grid["spacing"], grid["origin"], grid["unit"])

    @property
    def origins(self):
        """float32 (Ry, Rx, 2), (x, y) in detector pixels; None where they are not known."""
        return self._core.origins

    def __len__(self):
        return len(self._values)

    def __getitem__(self, position):
        ry, rx = (range(extent)[int(index)] for index, extent in zip(position, self.shape))
        p = ry * self.shape[1] + rx
        return self._values[self._offsets[p] : self._offsets[p + 1]]

    def save(self, path, *, overwrite=False):
        """Writes an HDF5 file that py4DSTEM opens as BraggVectors. Raises FileError, also where it exists and
        `overwrite` is not set."""
        self._core.save(os.fspath(path), overwrite)

    def __repr__(self):
        rows, columns = self.shape[:2]
        return f"<fourdstem.Peaks: {len(self)} peaks at {rows} x {columns} positions>"
