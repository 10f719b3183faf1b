# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Scans, NumPy arrays, itk.Image and SimpleITK.Image: one in, the same kind out, the raw data never copied."""

import sys

import numpy as np

from . import _core
from ._scan import Scan

_NAMES_KEY = "FourDSTEM_ComponentNames"
_NUMBERS = "uint8 to uint64, int8 to int64, float32, float64"


class Map(np.ndarray):
    """An array over the scan or the detector that knows its geometry and what its components are. What is made of it,
    by an index or by arithmetic, is a plain array.

    Attributes
    ----------
    components : tuple of str
        Names along the last axis; empty where there is one value a pixel.
    spacing, origin : tuple of float
        Of rows, then columns, in `unit`.
    unit : str
        "nm", "1/nm", "mrad" or "px".
    """

    def __new__(cls, array, components=(), spacing=(1.0, 1.0), origin=(0.0, 0.0), unit="px"):
        made = np.asarray(array).view(cls)
        made.components, made.spacing, made.origin, made.unit = tuple(components), spacing, origin, unit
        return made

    def __array_finalize__(self, other):
        self.components = getattr(other, "components", ())
        self.spacing = getattr(other, "spacing", (1.0, 1.0))
        self.origin = getattr(other, "origin", (0.0, 0.0))
        self.unit = getattr(other, "unit", "px")

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return array[()] if return_scalar else np.asarray(array)

    def __getitem__(self, key):
        return np.asarray(self)[key]

    def __reduce__(self):
        return (Map, (np.asarray(self), self.components, self.spacing, self.origin, self.unit))

    def component(self, name):
        """One component as a Map of its own (rows, columns), a copy. Raises KeyError listing the names."""
        if name not in self.components:
            raise KeyError(f"{name!r} is none of {', '.join(self.components)}")
        values = np.ascontiguousarray(np.asarray(self)[..., self.components.index(name)])
        return Map(values, (), self.spacing, self.origin, self.unit)

    def to_sitk(self):
        """A SimpleITK.Image with the same geometry and names (a copy)."""
        return _to_sitk(self, _Geometry())

    def to_itk(self):
        """An itk.Image on the same memory, with the same geometry and names."""
        return _to_itk(self, _Geometry())


class _Geometry:
    """What an image has beside spacing and origin: directions of scan and detector, kept on the way."""

    def __init__(self, directions=None):
        self.directions = directions or {"scan": np.eye(2), "detector": np.eye(2)}


def kind_of(value):
    """ "scan", "numpy", "itk" or "sitk"; None for anything else."""
    if isinstance(value, Scan):
        return "scan"
    if isinstance(value, np.ndarray):
        return "numpy"
    sitk = sys.modules.get("SimpleITK")
    if sitk is not None and isinstance(value, sitk.Image):
        return "sitk"
    # itk loads its classes one by one: what looks like one of its images is one.
    if type(value).__module__.split(".")[0] == "itk" and hasattr(value, "GetBufferedRegion"):
        return "itk"
    return None


def _array(value, kind):
    """The pixels of an image without a copy."""
    if kind == "itk":
        import itk

        return itk.array_view_from_image(value)
    if kind == "sitk":
        import SimpleITK

        return SimpleITK.GetArrayViewFromImage(value)
    return value


def _check(array):
    """Raises where an array cannot be read as a scan as it lies in memory."""
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError("a masked array is no scan: its mask would be passed over; array.filled(numpy.nan) holds it")
    if array.ndim != 4:
        raise ValueError(f"a scan has 4 axes (Ry, Rx, Qy, Qx); this array has {array.ndim}: {array.shape}")
    if array.dtype.kind not in "uif" or array.dtype.itemsize > 8 or array.dtype == np.float16:
        raise TypeError(f"a scan holds {_NUMBERS}; this array holds {array.dtype}")
    if not array.dtype.isnative:
        native = array.dtype.newbyteorder("=")
        raise TypeError(
            f"the array is in another byte order ({array.dtype.str}); array.astype({native.name!r}) copies it"
        )
    if 0 in array.shape:
        raise ValueError(
            f"a scan has at least one position and one pixel along every axis; this array is {array.shape}"
        )
    if not array.flags.aligned or any(stride % array.dtype.itemsize for stride in array.strides):
        raise ValueError("the array's values are not aligned in memory; array.copy() is")
    if array.shape[3] > 1 and array.strides[3] != array.dtype.itemsize:
        raise ValueError(
            "the pixels of a detector row must lie side by side in memory; numpy.ascontiguousarray(array) copies them"
        )


def as_scan(value):
    """(scan, kind, geometry) of anything that is a scan. Raises TypeError for what is none."""
    kind = kind_of(value)
    if kind == "scan":
        return value, kind, _Geometry()
    if kind is None:
        raise TypeError(
            f"a scan is a fourdstem.Scan, a NumPy array, an itk.Image or a SimpleITK.Image, not {type(value).__name__}"
        )
    if kind != "numpy":
        dimension = value.GetDimension() if kind == "sitk" else value.GetImageDimension()
        if dimension != 4 or value.GetNumberOfComponentsPerPixel() != 1:
            raise ValueError(
                f"a scan is a scalar image with 4 dimensions [Qx, Qy, Rx, Ry]; this one has {dimension} dimensions and "
                f"{value.GetNumberOfComponentsPerPixel()} components"
                + ("; SimpleITK.GetImageFromArray(array, isVector=False) makes one" if kind == "sitk" else "")
            )
    array = _array(value, kind)
    _check(array)
    scan, detector, geometry = (1.0, 1.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0), _Geometry()
    units = ("px", "px")
    if kind in ("itk", "sitk"):
        spacing, origin = list(value.GetSpacing()), list(value.GetOrigin())
        scan = (spacing[3], spacing[2], origin[3], origin[2])
        detector = (spacing[1], spacing[0], origin[1], origin[0])
        direction = np.array(_direction(value, kind)).reshape(4, 4)
        geometry = _Geometry({"scan": direction[2:, 2:], "detector": direction[:2, :2]})
        units = tuple(_meta(value, kind, f"FourDSTEM_{part}Unit") or "px" for part in ("Scan", "Detector"))
    what = {"numpy": "NumPy array", "itk": "itk.Image", "sitk": "SimpleITK.Image"}[kind]
    core = _core.from_array(array, what, scan, units[0], detector, units[1])
    return Scan(core, owner=value), kind, geometry


def as_features(value):
    """(float32 array, Map that knows the geometry, kind, geometry) of a feature image."""
    kind = kind_of(value)
    if kind is None or kind == "scan":
        raise TypeError(
            f"features are a NumPy array (Ry, Rx, C), an itk or a SimpleITK vector image, not {type(value).__name__}"
        )
    array = np.asarray(_array(value, kind))
    if array.dtype.kind not in "buif":
        raise TypeError(f"features are numbers, not {array.dtype}")
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f"features have the axes Ry, Rx and C, none of them empty; these have the shape {array.shape}")
    array = np.ascontiguousarray(array.reshape(*array.shape[:2], -1), np.float32)
    geometry, made = _Geometry(), Map(array)
    if isinstance(value, Map):
        made = Map(array, value.components, value.spacing, value.origin, value.unit)
    elif kind != "numpy":
        geometry = _Geometry({"scan": np.array(_direction(value, kind)).reshape(2, 2), "detector": np.eye(2)})
        names = _meta(value, kind, _NAMES_KEY)
        made = Map(
            array,
            names.split(",") if names else (),
            tuple(value.GetSpacing())[::-1],
            tuple(value.GetOrigin())[::-1],
            _meta(value, kind, "FourDSTEM_Unit") or "px",
        )
    return array, made, kind, geometry


def _direction(value, kind):
    if kind == "sitk":
        return value.GetDirection()
    import itk

    return itk.array_from_matrix(value.GetDirection())


def _meta(value, kind, key):
    if kind == "sitk":
        return value.GetMetaData(key) if value.HasMetaDataKey(key) else ""
    try:
        return value.GetMetaDataDictionary()[key]
    except (KeyError, RuntimeError, AttributeError):
        return ""


def option_image(name, value):
    """float32 (rows, columns, components) of an image that stands for an option's file."""
    kind = kind_of(value)
    if kind == "scan":
        raise TypeError(f"{name} is an image over the scan or the detector, not a scan")
    array = np.asarray(_array(value, kind))
    if array.dtype.kind not in "buif":
        raise TypeError(f"{name} holds {array.dtype}; numbers are needed")
    if array.ndim not in (2, 3):
        raise ValueError(
            f"{name} has {array.ndim} axes; rows, columns and, where there are several, components are needed"
        )
    if array.ndim == 2:
        array = array[..., np.newaxis]
    return np.ascontiguousarray(array, np.float32)


def over(scan, where, array, components=()):
    """The array as a Map over "scan" or, where the origin lies at pixel (floor(Qy/2), floor(Qx/2)), the "detector"."""
    calibration = scan.calibration[where]
    origin = calibration["offset"]
    if where == "detector":
        origin = tuple(-step * (extent // 2) for step, extent in zip(calibration["spacing"], scan.shape[2:]))
    return Map(array, components, calibration["spacing"], origin, calibration["unit"])


def back(made, kind, geometry, where="scan"):
    """A Map as the kind of image that was given."""
    if kind == "itk":
        return _to_itk(made, geometry, where)
    if kind == "sitk":
        return _to_sitk(made, geometry, where)
    return made


def _place(image, made, direction):
    image.SetSpacing([float(step) for step in made.spacing[::-1]])
    image.SetOrigin([float(place) for place in made.origin[::-1]])


def _to_sitk(made, geometry, where="scan"):
    import SimpleITK

    image = SimpleITK.GetImageFromArray(np.asarray(made), isVector=made.ndim == 3)
    _place(image, made, geometry.directions[where])
    image.SetDirection(geometry.directions[where].ravel().tolist())
    if made.components:
        image.SetMetaData(_NAMES_KEY, ",".join(made.components))
    image.SetMetaData("FourDSTEM_Unit", made.unit)
    return image


def _to_itk(made, geometry, where="scan"):
    import itk

    image = itk.image_view_from_array(np.ascontiguousarray(made).view(np.ndarray), is_vector=made.ndim == 3)
    _place(image, made, geometry.directions[where])
    image.SetDirection(itk.matrix_from_array(np.ascontiguousarray(geometry.directions[where])))
    dictionary = image.GetMetaDataDictionary()
    if made.components:
        dictionary[_NAMES_KEY] = ",".join(made.components)
    dictionary["FourDSTEM_Unit"] = made.unit
    image.SetMetaDataDictionary(dictionary)
    return image
