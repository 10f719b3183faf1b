# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Scans: 4D-STEM files, opened lazily, and arrays and images in memory."""

import json
import operator
import os

import numpy as np

from . import _core
from ._options import words_of

AXES = ("Ry", "Rx", "Qy", "Qx")
_LENGTH_OF_CHUNK = 64 << 20


def open(path, **options):  # noqa: A001
    """Opens a 4D-STEM file. Only the header is read; patterns are when they are asked for.

    Parameters
    ----------
    path : str or path-like
        Any file that FourDSTEMInfo takes.
    **options
        Those of the commands' group "Reading", with underscores: scan_shape=(64, 128), dataset="/scan/data",
        raw_type="<u2", detector_shape=(128, 128), region=(row, column, rows, columns), scan_step=2.5 (nm),
        detector_step=0.1, detector_unit="1/nm", flip_detector_rows=True ... All: fourdstem.options("open").

    Returns
    -------
    Scan

    Raises
    ------
    FileError
        The file is missing, unreadable, cut or of no known format.
    ChoiceNeeded
        Scan shape, data set or order of axes do not follow from the file; it lists what is possible.
    ValueError, TypeError
        An option does not fit, or is unknown.
    """
    path = os.fspath(path)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    words, images = words_of("open", options)
    if images:
        raise TypeError(f"open() takes no array for {next(iter(images))}")
    return Scan(_core.open(path, words), {"path": path, "options": options})


class Scan:
    """A 4D-STEM scan, axes (Ry, Rx, Qy, Qx): scan rows, scan columns, detector rows, detector columns.

    Nothing is held in memory but the header. `scan[ry, rx]` is a pattern (Qy, Qx); slices, steps and detector regions
    work as in NumPy and read only the patterns they need. Made by `fourdstem.open`.
    """

    def __init__(self, core, source=None, owner=None):
        self._core = core
        self._source = source
        self._info = None
        #: The array or image that the scan lies in, if it is in memory.
        self.owner = owner

    def info(self):
        """All that is known of the scan without reading patterns, as FourDSTEMInfo --json prints it: a dict."""
        if self._info is None:
            self._info = json.loads(self._core.json)
        return json.loads(json.dumps(self._info))

    def _get(self, key):
        if self._info is None:
            self._info = json.loads(self._core.json)
        return self._info[key]

    @property
    def shape(self):
        """(Ry, Rx, Qy, Qx)"""
        return tuple(self._get("shape"))

    @property
    def dtype(self):
        """Type of a pixel as it is read, in the machine's byte order: numpy.dtype."""
        return np.dtype(self._core.dtype)

    ndim = 4
    axes = AXES

    @property
    def size(self):
        """Number of pixels of all patterns."""
        return int(np.prod(self.shape, dtype=object))

    @property
    def nbytes(self):
        """Bytes of all patterns in memory."""
        return self.size * self.dtype.itemsize

    @property
    def path(self):
        """The file, or "" for a scan in memory."""
        return self._core.path

    @property
    def format(self):
        """The file's format, for people."""
        return self._get("format")

    @property
    def units(self):
        """Unit along each axis: "nm", "1/nm", "mrad", or "px" where the file does not say."""
        scan, detector = self._get("scan")["unit"], self._get("detector")["unit"]
        return (scan, scan, detector, detector)

    @property
    def calibration(self):
        """{"scan": ..., "detector": ...}, each with spacing and offset of rows, then columns, unit and source."""
        return {
            name: {
                "spacing": tuple(self._get(name)["spacing"]),
                "offset": tuple(self._get(name)["offset"]),
                "unit": self._get(name)["unit"],
                "source": self._get(name)["calibrationSource"],
            }
            for name in ("scan", "detector")
        }

    @property
    def metadata(self):
        """What else the file tells: name with unit → text."""
        return dict(self._get("metadata"))

    @property
    def notes(self):
        """Sentences on how the file was read: flips, patterns ignored ..."""
        return list(self._get("notes"))

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, key):
        start, count, step, after = _region(key, self.shape)
        out = np.empty(count, self.dtype)
        if out.size:
            self._core.read_into(out, start, count, step)
        return out[after]

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("a scan is read into a new array; copy=False cannot be")
        array = self[:]
        return array if dtype is None else array.astype(dtype, copy=False)

    def to_dask(self, rows=None):
        """The scan as a dask array (Ry, Rx, Qy, Qx) whose chunks are whole scan rows.

        Parameters
        ----------
        rows : int, optional
            Scan rows in a chunk; default: as many as fit in 64 MiB, at least one.
        """
        import dask.array

        shape = self.shape
        if rows is None:
            rows = max(1, _LENGTH_OF_CHUNK * shape[0] // max(1, self.nbytes))
        if int(rows) != rows or rows < 1:
            raise ValueError(f"rows is {rows}; a chunk has a whole number of scan rows, at least 1")
        chunks = (min(int(rows), shape[0]), *shape[1:])
        return dask.array.from_array(self, chunks=chunks, asarray=True, meta=np.empty((0,) * 4, self.dtype))

    def __reduce__(self):
        if self._source is None:
            raise TypeError("a scan in memory cannot be pickled; pickle the array it was made from")
        return (_reopen, (self._source["path"], self._source["options"]))

    def __repr__(self):
        name = os.path.basename(self.path) or self.format
        return f"<fourdstem.Scan {name!r} {self.shape} {self.dtype}>"

    def _repr_html_(self):
        from ._html import table

        scan, detector = self.calibration["scan"], self.calibration["detector"]
        return table(
            os.path.basename(self.path) or self.format,
            [
                ("Format", self.format),
                ("Positions", f"{self.shape[0]} × {self.shape[1]}, {scan['spacing'][1]:g} {scan['unit']}"),
                ("Detector", f"{self.shape[2]} × {self.shape[3]}, {detector['spacing'][1]:g} {detector['unit']}"),
                ("Type", self.dtype),
            ],
        )


def _reopen(path, options):
    return open(path, **options)


def _region(key, shape):
    """start, count and step (positive) along each axis, and the index that makes of it what NumPy would."""
    if not isinstance(key, tuple):
        key = (key,)
    if sum(item is Ellipsis for item in key) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if Ellipsis in [item if item is Ellipsis else None for item in key]:
        at = next(i for i, item in enumerate(key) if item is Ellipsis)
        key = key[:at] + (slice(None),) * (len(shape) - len(key) + 1) + key[at + 1 :]
    if len(key) > len(shape):
        raise IndexError(f"a scan has {len(shape)} axes {AXES}, but {len(key)} were indexed")
    key += (slice(None),) * (len(shape) - len(key))
    start, count, step, after = [], [], [], []
    for item, extent, axis in zip(key, shape, AXES):
        if isinstance(item, slice):
            first, _, stride = item.indices(extent)
            number = len(range(*item.indices(extent)))
            backwards = stride < 0
            start.append(first + (number - 1) * stride if backwards and number else first)
            step.append(abs(stride))
            count.append(number)
            after.append(slice(None, None, -1) if backwards else slice(None))
            continue
        try:
            index = operator.index(item)
        except TypeError:
            index = None
        if index is None or isinstance(item, (bool, np.bool_)):
            raise TypeError(f"a scan is indexed by whole numbers and slices, not {type(item).__name__} (axis {axis})")
        if not -extent <= index < extent:
            raise IndexError(f"index {index} is out of bounds for axis {axis} with size {extent}")
        start.append(index % extent)
        step.append(1)
        count.append(1)
        after.append(0)
    return start, count, step, tuple(after)
