# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Keyword arguments as the options of the commands: the same names, checks and defaults."""

import difflib
import functools
import numbers
import os

import numpy as np

from . import _core

#: Options that Python has otherwise, or that mean nothing here.
_LEFT_OUT = {
    "open": {"json", "check", "threads"},
    "check": {"json", "check"},
    "cluster": {"overwrite", "origin_file", "bad_pixel_file", "feature_mask_file"},
    "virtual_detector": {"overwrite", "bad_pixel_file"},
    "divide": set(),
    "strain": {"overwrite", "origin_file", "bad_pixel_file", "peaks"},
}
#: What concerns features of any origin.
_DIVIDING = [
    *("mode", "maximum_leaves", "maximum_depth", "minimum_size", "expand_gradients", "splits", "criterion"),
    *("maximum_k", "seed", "mask", "minimum_area", "components", "stability", "membership", "threads"),
]
#: The file parameters beside enumerations.
_COMPANION = {"origin": "originFile", "bad_pixels": "badPixelFile", "feature_mask": "featureMaskFile"}


@functools.lru_cache(maxsize=None)
def _table(function):
    reading = {option["name"] for option in _core.options("open")} - {"threads", "json", "check"}
    known = {}
    if function == "divide":
        cluster = _table("cluster")
        return {name: cluster[name] for name in _DIVIDING}
    for option in _core.options(function):
        name = option["flag"].replace("-", "_")
        if name in _LEFT_OUT.get(function, ()) or (function != "open" and option["name"] in reading):
            continue
        known[name] = option
    return known


def options(function):
    """The options of "open", "check", "cluster", "divide", "strain" or "virtual_detector".

    Returns
    -------
    dict
        For each keyword its type, default, elements (of an enumeration) and description, as the command's --help says
        them.
    """
    if function not in _LEFT_OUT:
        raise ValueError(f"{function!r} is none of {', '.join(_LEFT_OUT)}")
    return {
        name: {key: option[key] for key in ("type", "default", "elements", "description")}
        for name, option in _table(function).items()
    }


def _is_image(value):
    from ._images import kind_of

    return kind_of(value) is not None


def _text(name, value):
    """A value in the words of the command line."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, (list, tuple)):
        return ",".join(
            ":".join(_text(name, part) for part in item) if isinstance(item, (list, tuple)) else _text(name, item)
            for item in value
        )
    raise TypeError(f"{name} cannot be of type {type(value).__name__}")


def words_of(function, given, label=None):
    """The words of a command line and the images among the keyword arguments, by the parameter's name."""
    from ._images import option_image

    known = _table(function)
    label = label or function
    words, images = [], {}
    for name, value in given.items():
        option = known.get(name)
        if option is None:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; fourdstem.options({function!r}) lists them"
            raise TypeError(f"{label}() got an unexpected keyword argument {name!r}{hint}")
        if value is None:
            continue
        flag = "--" + option["flag"]
        if option["type"] != "boolean" and _is_image(value):
            if option["type"] in ("file", "image"):
                images[option["name"]] = option_image(name, value)
            elif "file" in option["elements"]:
                words.append(f"{flag}=file")
                images[_COMPANION[name]] = option_image(name, value)
            else:
                raise TypeError(f"{name} cannot be an array")
            continue
        if option["type"] == "boolean" and not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{name} is True or False, not {value!r}")
        words.append(f"{flag}={_text(name, value)}")
    return words, images


def call_text(function, source, given):
    """The call as the user might have written it, for records."""

    def shown(value):
        return f"<{type(value).__name__}>" if not isinstance(value, str) and _is_image(value) else repr(value)

    parts = [source] + [f"{name}={shown(value)}" for name, value in given.items() if value is not None]
    return f"fourdstem.{function}({', '.join(parts)})"
