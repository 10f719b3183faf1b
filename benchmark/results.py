# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands and reads what they write; needs NumPy only."""
import gzip
import json
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(os.environ.get("FOURDSTEM_BIN", ROOT / "build" / "bin"))

NRRD_TYPES = {
    "signed char": "i1", "int8": "i1", "unsigned char": "u1", "uint8": "u1", "short": "i2", "int16": "i2",
    "unsigned short": "u2", "uint16": "u2", "int": "i4", "int32": "i4", "unsigned int": "u4", "uint32": "u4",
    "longlong": "i8", "int64": "i8", "ulonglong": "u8", "uint64": "u8", "float": "f4", "double": "f8",
}  # fmt: skip


def read_nrrd(path):
    """(array, header): the slowest axis first, components last; header keys as written, key:=value pairs among them."""
    with open(path, "rb") as file:
        if not file.readline().startswith(b"NRRD"):
            raise ValueError(f"{path}: not a NRRD file")
        header = {}
        for line in iter(file.readline, b"\n"):
            text = line.decode().rstrip("\r\n")
            if not text:
                break
            if text.startswith("#"):
                continue
            separator = ":=" if ":=" in text else ": "
            key, _, value = text.partition(separator)
            header[key] = value
        data = file.read()
    if header["encoding"] in ("gzip", "gz"):
        data = gzip.decompress(data)
    elif header["encoding"] != "raw":
        raise ValueError(f"{path}: encoding {header['encoding']}")
    order = ">" if header.get("endian") == "big" else "<"
    shape = tuple(int(n) for n in header["sizes"].split())[::-1]
    array = np.frombuffer(data, order + NRRD_TYPES[header["type"]])[: int(np.prod(shape))].reshape(shape)
    kinds = header.get("kinds", "").split()
    if len(kinds) > 1 and kinds[-1] in ("vector", "list", "3-vector", "2-vector", "covariant-vector"):
        array = np.moveaxis(array, 0, -1)
    return array, header


def components(path):
    """{name: image} of a NRRD file whose components carry names."""
    array, header = read_nrrd(path)
    names = header["FourDSTEM_ComponentNames"].split(",")
    if array.ndim == 2:
        array = array[..., None]
    return dict(zip(names, np.moveaxis(array, -1, 0), strict=True))


def read_tree(path):
    """The nodes of a tree.json, by number."""
    return {node["id"]: node for node in json.loads(Path(path).read_text())["nodes"]}


def leaves_in_order(nodes, root=0):
    """Numbers of the leaves depth-first: leaf i has label i + 1."""
    children = nodes[root].get("children") or []
    return [leaf for child in children for leaf in leaves_in_order(nodes, child)] if children else [root]


def positions_of(nodes, labels):
    """Per node the sorted numbers of its positions, from the labels of the leaves."""
    flat = labels.ravel()
    where = {leaf: np.flatnonzero(flat == i + 1) for i, leaf in enumerate(leaves_in_order(nodes))}
    for number in sorted(nodes, reverse=True):
        if number not in where:
            where[number] = np.sort(np.concatenate([where[leaf] for leaf in leaves_in_order(nodes, number)]))
    return where


@dataclass
class Finished:
    seconds: float
    processor_seconds: float
    peak: int
    own: int
    output: str


def high_water_mark(process, peak):
    """Keeps the most bytes that the process had in memory, while it runs (Linux): VmHWM, with pages of mapped files,
    and RssAnon, its own.

    What wait4 tells begins at the size of the process that forked, this one."""
    try:
        while process.returncode is None:
            with open(f"/proc/{process.pid}/status") as status:
                for key, _, value in (line.partition(":") for line in status):
                    if key in peak:
                        peak[key] = max(peak[key], int(value.split()[0]) * 1024)
            time.sleep(0.01)
    except OSError:
        pass


def run(*command, memory=None, **environment):
    """Runs a command to its end and returns what it took and what it printed; with `memory` the system gives it no more
    bytes of its own than that, mapped files apart.

    Raises with the last lines it printed where it fails."""
    begin = time.perf_counter()
    peak = {"VmHWM": 0, "RssAnon": 0}
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}) as process:
        if memory:
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (memory, memory))
        watcher = threading.Thread(target=high_water_mark, args=(process, peak))
        watcher.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    watcher.join()
    if process.returncode:
        tail = "\n".join(output.splitlines()[-15:])
        raise RuntimeError(f"{' '.join(map(str, command))}\nended with {process.returncode}\n{tail}")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, peak["VmHWM"], peak["RssAnon"], output)
