# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Strain and rotation from Bragg disks: the analysis of FourDSTEMStrain."""

import json
import os

import numpy as np

from . import _core
from ._filters import _run
from ._images import Map, _Geometry, as_scan, back
from ._peaks import Peaks
from ._request import asked
from ._scan import open as _open


def strain(scan, *, progress=None, **options):
    """Measures strain and rotation at every position, as FourDSTEMStrain: the same bits.

    Parameters
    ----------
    scan
        A fourdstem.Scan, a path, a NumPy array (Ry, Rx, Qy, Qx), a 4-D itk.Image or SimpleITK.Image; or `Peaks`, as
        FourDSTEMStrain --peaks.
    progress : bool or callable, optional
        True shows a bar (tqdm); a function is called with (fraction, stage).
    **options
        labels, mask, reference_region=(row, column, rows, columns), reference_mask, reference_each_label=True,
        lattice=(g1x, g1y, g2x, g2y), scan_rotation (degrees), threads ...: fourdstem.options("strain"). Images may be
        paths, arrays or images.

    Returns
    -------
    Strain

    Raises
    ------
    ValueError, TypeError
        An option does not fit the scan, or is unknown.
    RuntimeError
        No lattice is found, or no beam stands out; the text has the numbers.
    FileError
        The scan cannot be read.
    """
    if isinstance(scan, (str, os.PathLike)):
        scan = _open(scan)
    if isinstance(scan, Peaks):
        with asked("strain", "strain", repr(scan), options, progress) as request:
            return Strain(_core.strain_of_peaks(scan._core, request), "scan", _Geometry())
    scan, kind, geometry = as_scan(scan)
    return Strain(_run(_core.strain, "strain", "strain", scan, options, progress), kind, geometry)


class Strain:
    """Strain of a scan. Images over the scan are of the kind that the scan was: `fourdstem.Map`, itk.Image or
    SimpleITK.Image. Positive strain is expansion in real space; NaN: no data."""

    def __init__(self, core, kind, geometry):
        self._core = core
        self._kind = kind
        self._geometry = geometry

    def _map(self, array, names=()):
        grid = self._core.scan_grid
        return Map(array, names, grid["spacing"], grid["origin"], grid["unit"])

    def _image(self, array, names=()):
        return back(self._map(array, names), self._kind, self._geometry)

    @property
    def maps(self):
        """float32 (Ry, Rx, components): strains as fractions (e_xx, e_yy, e_xy ...), angles in degrees, standard
        errors, gradients per scan step; components are named."""
        return self._image(*self._core.strain)

    @property
    def lattice(self):
        """Lattice vectors and their variances, detector pixels from the origin: float32 (Ry, Rx, components)."""
        return self._image(*self._core.lattice)

    @property
    def disks(self):
        """Place, height and sigma of every disk: float32 (Ry, Rx, 4 x disks), detector pixels from the origin."""
        return self._image(*self._core.disks)

    @property
    def mask(self):
        """uint8 (Ry, Rx): 1 where a lattice was fitted."""
        return self._image(self._core.mask)

    @property
    def origins(self):
        """Origins (x, y) in detector pixels: float32 (Ry, Rx, 2)."""
        return self._image(*self._core.origins)

    @property
    def component_names(self):
        """Names of the components of `maps`."""
        return list(self._core.strain[1])

    def component(self, name):
        """One component of `maps` or `lattice` as a Map (Ry, Rx). Raises KeyError listing the names of `maps`."""
        array, names = self._core.lattice if name in self._core.lattice[1] else self._core.strain
        return self._map(self._map(array, names).component(name))

    @property
    def reference(self):
        """What counts as unstrained, in words."""
        return self._core.reference

    @property
    def axes(self):
        """In which axes strains are given, in words."""
        return self._core.axes

    @property
    def record(self):
        """What run.json says: parameters, automatic choices, warnings, results, timings."""
        return json.loads(self._core.record_json)

    @property
    def warnings(self):
        """Remarks on the run, a sentence each."""
        return self.record.get("warnings", [])

    def save(self, folder, *, overwrite=False, pictures=True):
        """Writes what FourDSTEMStrain writes: images, run.json, index.html and, with `pictures`, strain.png, errors.png
        and lattice.png by matplotlib. The folder is whole or not there. Raises FileError, also where it exists and
        `overwrite` is not set or it holds something else."""
        draw = None
        if pictures:
            from ._plot import draw_strain

            def draw(target):
                draw_strain(self, target)

        self._core.save(os.fspath(folder), overwrite, draw)

    def plot(self, components=("e_xx", "e_yy", "e_xy", "rotation"), *, fig=None):
        """Maps of components in the commands' colours, strains in percent on one scale, with a scale bar. Returns the
        matplotlib figure."""
        from ._plot import plot_strain

        return plot_strain(self, components, fig)

    def __repr__(self):
        mask = self._core.mask
        return (
            f"<fourdstem.Strain {self._core.title!r}: {np.count_nonzero(mask)} of {mask.size} positions with a lattice>"
        )

    def _repr_html_(self):
        from ._html import table

        names = ("5%", "median", "95%")
        results = self.record.get("results", {})
        rows = [
            (name, *(f"{values[key]:.4g}" if values[key] is not None else "—" for key in names))
            for name, values in results.items()
            if isinstance(values, dict) and all(key in values for key in names)
        ]
        return table(f"{repr(self).strip('<>')}; against the {self.reference}", rows, ("Component", *names))
