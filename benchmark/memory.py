# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Whether scans much larger than the memory limit are analysed and converted within it.

    memory.py [--size GB] [--limit 1GiB] [--folder FOLDER] [raw] [mib] [hdf5]

Of each kind one scan of uint16 is written, worked on by FourDSTEMCluster (both modes), FourDSTEMVirtualDetector and,
where it is built, FourDSTEMConvert, and deleted. Each runs under --memory-limit, where it has that option, and gets no
more memory of its own from the system (RLIMIT_DATA: heap and stacks; the pages of mapped files are the system's, and
counted apart). The exit code says whether all ended well. The folder needs room for one scan and one copy. Linux.
"""
import argparse
import math
import sys
import tempfile
from pathlib import Path

import numpy as np

import peers
import results

DETECTOR = 256
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def bytes_of(text):
    return int(float(text[:-3]) * UNITS[text[-3:]])


def scan_rows(side):
    """Rows (Rx, Qy, Qx) of counts: an undiffracted disk and six others, turned by 10 degrees in the right half."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[:DETECTOR, :DETECTOR] - DETECTOR / 2
    pools = []
    for turn in (0, 10):
        angles = np.radians(turn + 60 * np.arange(6))
        spots = [(0, 0, 40)] + [(70 * np.sin(angle), 70 * np.cos(angle), 6) for angle in angles]
        mean = 2 + sum(height * (np.hypot(y - row, x - column) < 12) for row, column, height in spots)
        pools.append(random.poisson(mean, (32, DETECTOR, DETECTOR)).astype(np.uint16))
    for _ in range(side):
        left = pools[0][random.integers(0, 32, side // 2)]
        yield np.concatenate([left, pools[1][random.integers(0, 32, side - side // 2)]])


def write_raw(folder, side):
    path = folder / "scan.bin"
    with open(path, "wb") as file:
        for row in scan_rows(side):
            file.write(row.tobytes())
    return path, ("--raw-type", "<u2", "--scan-shape", f"{side},{side}", "--detector-shape", f"{DETECTOR},{DETECTOR}")


def write_mib(folder, side):
    path = folder / "scan.mib"
    peers.write_mib(path, scan_rows(side), (side, side))
    return path, ()


def write_hdf5(folder, side):
    import h5py

    path = folder / "scan.h5"
    with h5py.File(path, "w") as file:
        data = file.create_dataset("data", (side, side, DETECTOR, DETECTOR), "<u2", chunks=(1, 4, DETECTOR, DETECTOR),
                                   compression="gzip", compression_opts=1, shuffle=True)
        for i, row in enumerate(scan_rows(side)):
            data[i] = row
    return path, ()


WRITERS = {"raw": write_raw, "mib": write_mib, "hdf5": write_hdf5}


def jobs(path, options, folder):
    """Name and words of each command."""
    yield "Cluster, auto", ("FourDSTEMCluster", path, folder / "auto", "--overwrite", *options)
    yield "Cluster, paper", ("FourDSTEMCluster", path, folder / "paper", "--mode", "paper", "--inner-radius", 24, "--outer-radius", 100,
                             "--splits", "0:2", "--overwrite", *options)
    yield "VirtualDetector", ("FourDSTEMVirtualDetector", path, folder / "detectors.nrrd", "--overwrite", *options)
    if (results.BIN / "FourDSTEMConvert").exists():
        yield "Convert", ("FourDSTEMConvert", path, folder / "copy.h5", "--overwrite", *options)


def main():
    parser = argparse.ArgumentParser(description="Large scans within a small memory limit.")
    parser.add_argument("kinds", nargs="*", default=list(WRITERS))
    parser.add_argument("--size", type=float, default=10, help="of the scan as it is read, in GB")
    parser.add_argument("--limit", default="1GiB")
    parser.add_argument("--folder", type=Path, help="for scans and results; default: the system's")
    arguments = parser.parse_args()
    if unknown := set(arguments.kinds) - set(WRITERS):
        parser.error(f"no kind {', '.join(sorted(unknown))}; there are {', '.join(WRITERS)}")
    side = math.ceil(math.sqrt(arguments.size * 1e9 / (2 * DETECTOR**2)))
    limit = bytes_of(arguments.limit)
    good = True
    print(f"{side} x {side} positions of {DETECTOR} x {DETECTOR} uint16, limit {arguments.limit}")
    print(f"{'scan':<6}{'GB on disk':>11}  {'command':<16}{'seconds':>9}{'own MiB':>9}{'with file pages':>17}")
    for kind in arguments.kinds:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
            folder = Path(temporary)
            path, options = WRITERS[kind](folder, side)
            for name, (program, *words) in jobs(path, options, folder):
                command = (results.BIN / program, *words)
                if "--memory-limit" in results.run(results.BIN / program, "--help").output:
                    command += ("--memory-limit", arguments.limit)
                print(f"{kind:<6}{path.stat().st_size / 1e9:>11.2f}  {name:<16}", end="", flush=True)
                try:
                    done = results.run(*command, memory=limit)
                    print(f"{done.seconds:>9.1f}{done.own / 2**20:>9.0f}{done.peak / 2**20:>17.0f}", flush=True)
                except RuntimeError as error:
                    good = False
                    print(f"  FAILED\n{error}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
