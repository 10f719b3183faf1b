# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Speed and memory against LiberTEM, scikit-learn, NumPy and the published pipeline, in one run on one machine.

    peers.py stages SCAN.raw        each stage against a plain sum and against LiberTEM and scikit-learn
    peers.py paper SCAN.raw         FourDSTEMCluster --mode paper against reference_pipeline.py: with k-means at the best
                                    of ten starts, as ours and scikit-learn's default until 1.4, and with a single one
    peers.py chunks SCAN.raw        compressed HDF5 against h5py with hdf5plugin: an annulus over it, and reading it whole
    peers.py formats SCAN.raw       the scan as .npy and .mib: an annulus against LiberTEM, on as many threads; and flat
                                    formats (.npy, MRC) into the statistics pass, against EMPAD
    peers.py strain SCAN.raw        strain from 12 disks, all of FourDSTEMStrain, against the statistics pass
    peers.py job SCAN.raw [--memory-limit 2GiB]      time and peak memory of both modes of FourDSTEMCluster

Everything is run in rounds, ours and theirs by turns, and medians are compared. Square EMPAD scans, 130-row frames,
which should fit the page cache. The exit code says whether all that is demanded was reached.
"""
import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

import reference_pipeline as reference
import results

THREADS = os.cpu_count()
ANNULUS = (24, 57)


class Timings:
    """Seconds of each named stage over the rounds."""

    def __init__(self):
        self.seconds = defaultdict(list)
        self.bytes = {}

    def add(self, name, seconds, size):
        self.seconds[name].append(seconds)
        self.bytes[name] = size

    def median(self, name):
        return statistics.median(self.seconds[name])

    def time(self, name, size, step):
        begin = time.perf_counter()
        result = step()
        self.add(name, time.perf_counter() - begin, size)
        return result

    def read(self, output):
        """Lines `name<TAB>seconds<TAB>bytes`."""
        for line in output.splitlines():
            fields = line.split("\t")
            if len(fields) == 3:
                self.add(fields[0], float(fields[1]), int(fields[2]))

    def show(self):
        print(f"{'stage':<34}{'median / s':>12}{'GB/s':>9}{'runs':>6}")
        for name in self.seconds:
            median = self.median(name)
            print(f"{name:<34}{median:>12.4f}{self.bytes[name] / median / 1e9:>9.2f}{len(self.seconds[name]):>6}")


class Demands:
    """What has to be reached, and whether it was."""

    def __init__(self):
        self.good = True
        print(f"\n{'demanded':<62}{'at':>10}{'found':>10}")

    def at_least(self, what, least, found):
        self.row(what, f">= {least:g}", found, found >= least)

    def at_most(self, what, most, found):
        self.row(what, f"<= {most:g}", found, found <= most)

    def row(self, what, limit, found, holds):
        self.good &= bool(holds)
        print(f"{what:<62}{limit:>10}{found:>10.2f}{'' if holds else '  MISSED'}", flush=True)


class LiberTEM:
    """LiberTEM's reductions on files that it maps or decodes, on threads of this process."""

    def __init__(self, path, side, kind="empad", **more):
        import libertem.api
        from libertem import masks
        from libertem.udf.com import CoMUDF
        from libertem.udf.masks import ApplyMasksUDF
        from libertem.udf.stddev import StdDevUDF
        from libertem.udf.sum import SumUDF

        self.context = libertem.api.Context.make_with("threads", cpus=THREADS)
        self.data = self.context.load(kind, path=str(path), nav_shape=(side, side), **more)
        ring = masks.ring(64, 64, 128, 128, radius=ANNULUS[1], radius_inner=ANNULUS[0]).astype(np.float32)
        self.reductions = {
            "LiberTEM sum": SumUDF(),
            "LiberTEM annulus": ApplyMasksUDF(mask_factories=[lambda: ring]),
            "LiberTEM centre of mass": CoMUDF.with_params(cy=64, cx=64),
            "LiberTEM standard deviation": StdDevUDF(),
        }

    def run(self, name):
        return self.context.run_udf(self.data, self.reductions[name])


def features_of(path, side, pixels):
    """A feature matrix of the scan, float32: the first `pixels` pixels of the annulus in each pattern as it lies."""
    scan = reference.read_empad(path, (side, side))
    wanted = np.flatnonzero(reference.annulus((128, 128), *ANNULUS))[:pixels]
    rows = np.empty((side * side, len(wanted)), np.float32)
    for row in range(side):
        rows[row * side : (row + 1) * side] = scan[row].reshape(side, -1)[:, wanted]
    return rows


def lloyd(rows, k, start, iterations):
    """Seconds per iteration of scikit-learn's Lloyd, set-up shared out over the iterations."""
    from sklearn.cluster import KMeans

    begin = time.perf_counter()
    fit = KMeans(k, init=rows[start], n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(rows)
    return (time.perf_counter() - begin) / fit.n_iter_


def stages(arguments):
    path = arguments.scan
    side = math.isqrt(path.stat().st_size // (130 * 128 * 4))
    timings = Timings()
    peer = LiberTEM(path, side)
    size = side * side * 128 * 128 * 4
    scan = reference.read_empad(path, (side, side))
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        matrix = Path(temporary) / "features.f4"
        rows = features_of(path, side, arguments.pixels)
        rows.tofile(matrix)
        start = np.linspace(0, len(rows) - 1, 8).astype(int)
        for name in peer.reductions:
            peer.run(name)
        for _ in range(arguments.rounds):
            timings.read(results.run(results.BIN / "FourDSTEMReadAndSum", path, 3).output)
            timings.read(results.run(results.BIN / "FourDSTEMScanStages", path, 3).output)
            for name in peer.reductions:
                timings.time(name, size, lambda name=name: peer.run(name))
            timings.read(results.run(results.BIN / "FourDSTEMMatrixStages", matrix, *rows.shape, 3, arguments.iterations).output)
            timings.add("scikit-learn k-means 8 iteration", lloyd(rows, 8, start, arguments.iterations), rows.nbytes)
            timings.time("NumPy sum over the scan", size, lambda: scan.sum(axis=(0, 1)))
    timings.show()
    median = timings.median
    rate = {name: timings.bytes[name] / median(name) for name in timings.seconds}
    demands = Demands()
    demands.at_least("origin + statistics : plain sum, throughput", 0.25, rate["statistics"] / rate["read-and-sum"])
    demands.at_least("LiberTEM standard deviation : origin + statistics", 8, median("LiberTEM standard deviation") / median("statistics"))
    demands.at_least("LiberTEM annulus : annulus", 1, median("LiberTEM annulus") / median("annulus"))
    demands.at_least("LiberTEM centre of mass : centre of mass", 1.3, median("LiberTEM centre of mass") / median("centre-of-mass"))
    demands.at_most("gathering features : origin + statistics", 3, median("gather") / median("statistics"))
    demands.at_least("2-way Lloyd iteration : plain sum, throughput", 0.3, rate["lloyd-2"] / rate["memory-sum"])
    demands.at_least("scikit-learn : k-means 8 iteration", 4, median("scikit-learn k-means 8 iteration") / median("kmeans-8"))
    return demands.good


def clustered(path, folder, mode, *more):
    """One whole job in an own process."""
    return results.run(results.BIN / "FourDSTEMCluster", path, folder, "--mode", mode, "--overwrite", *more)


def paper_options(arguments):
    return ("--inner-radius", ANNULUS[0], "--outer-radius", ANNULUS[1], "--splits", arguments.splits)


def paper(arguments):
    timings = Timings()
    size = arguments.scan.stat().st_size
    script = Path(__file__).with_name("reference_pipeline.py")
    splits = arguments.splits.split(",")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        for _ in range(arguments.rounds):
            job = clustered(arguments.scan, Path(temporary) / "paper", "paper", *paper_options(arguments))
            timings.add("FourDSTEMCluster --mode paper", job.seconds, size)
            published = (sys.executable, script, arguments.scan, "--annulus", *ANNULUS, "--split", *splits)
            timings.add("published pipeline, one start", results.run(*published).seconds, size)
            theirs = results.run(*published, "--starts", 10)
            timings.add("published pipeline", theirs.seconds, size)
            for line in theirs.output.splitlines():
                fields = line.split("\t")
                if len(fields) == 3:
                    timings.add("  " + fields[0], float(fields[1]), int(fields[2]))
    timings.show()
    print(f"peak memory: {job.peak / 2**30:.2f} GiB and {theirs.peak / 2**30:.2f} GiB")
    demands = Demands()
    ours = timings.median("FourDSTEMCluster --mode paper")
    demands.at_least("published pipeline, ten starts as ours : paper mode", 20, timings.median("published pipeline") / ours)
    print(f"{'published pipeline, one start : paper mode':<72}{timings.median('published pipeline, one start') / ours:>10.2f}")
    return demands.good


def job(arguments):
    timings = Timings()
    size = arguments.scan.stat().st_size
    limit = ("--memory-limit", arguments.memory_limit) if arguments.memory_limit else ()
    peak = defaultdict(int)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        for _ in range(arguments.rounds):
            for mode, more in (("paper", paper_options(arguments)), ("auto", ())):
                done = clustered(arguments.scan, Path(temporary) / mode, mode, *more, *limit)
                timings.add(mode, done.seconds, size)
                peak[mode] = max(peak[mode], done.peak)
    timings.show()
    demands = Demands()
    demands.at_most("auto mode : paper mode, time", 3, timings.median("auto") / timings.median("paper"))
    demands.at_most("auto mode, seconds (256x256)", 15, timings.median("auto"))
    for mode, most in peak.items():
        demands.at_most(f"peak memory of {mode} mode / GiB", 2, most / 2**30)
    return demands.good


def strain(arguments):
    timings = Timings()
    size = arguments.scan.stat().st_size
    peak = 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        for _ in range(arguments.rounds):
            timings.add("statistics", stage(arguments.scan, "statistics")["statistics"], size)
            # Of FourDSTEMPhantom's flake, the first and second order.
            done = results.run(results.BIN / "FourDSTEMStrain", arguments.scan, Path(temporary) / "strain", "--overwrite",
                               "--lattice-radius", 46)
            timings.add("strain", done.seconds, size)
            peak = max(peak, done.peak)
    timings.show()
    print(next(line.strip() for line in done.output.splitlines() if "Disks looked for" in line))
    demands = Demands()
    demands.at_most("strain : statistics, time", 3, timings.median("strain") / timings.median("statistics"))
    demands.at_most("peak memory of strain / GiB", 2, peak / 2**30)
    return demands.good


def chunks(arguments):
    import h5py
    import hdf5plugin

    counts = counts_of(arguments.scan, math.isqrt(arguments.scan.stat().st_size // (130 * 128 * 4)))
    timings = Timings()
    pipelines = {
        "bitshuffle + LZ4": hdf5plugin.Bitshuffle(cname="lz4"),
        "gzip": {"compression": "gzip", "compression_opts": 4, "shuffle": True},
    }
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        for name, pipeline in pipelines.items():
            path = Path(temporary) / "scan.h5"
            with h5py.File(path, "w") as file:
                file.create_dataset("data", data=counts, chunks=(1, 1, *counts.shape[2:]), **pipeline)
            for _ in range(arguments.rounds):
                with h5py.File(path) as file:
                    timings.time(f"h5py reads {name}", counts.nbytes, lambda: file["data"][...])
                for line in results.run(results.BIN / "FourDSTEMScanStages", path, 1).output.splitlines():
                    if line.startswith("annulus\t"):
                        timings.add(f"annulus of {name}", float(line.split("\t")[1]), counts.nbytes)
    timings.show()
    demands = Demands()
    for name in pipelines:
        demands.at_least(f"h5py reading {name} : our annulus of it", 1.8,
                         timings.median(f"h5py reads {name}") / timings.median(f"annulus of {name}"))
    return demands.good


def counts_of(path, side):
    """The scan in electrons, uint16."""
    return np.clip(np.rint(reference.read_empad(path, (side, side)) / 151), 0, 65535).astype(np.uint16)


def write_mib(path, scan_rows, scan_shape):
    """Frames of Merlin's U16, big-endian, of rows (Rx, Qy, Qx), and the .hdr beside them."""
    number = 0
    with open(path, "wb") as file:
        for row in scan_rows:
            for frame in row.astype(">u2"):
                number += 1
                text = (f"MQ1,{number:06d},00384,01,{frame.shape[1]:04d},{frame.shape[0]:04d},U16,   1x1,01,"
                        "2026-03-25 12:00:00.000000,0.001,0,0,0" + ",4.000000E+1" * 8 + ",3RX" + ",511" * 26
                        + ",MQ1A,2026-03-25T12:00:00.000000000Z,1000000ns,12,")
                file.write(text.encode().ljust(384, b"\0") + frame.tobytes())
    header = f"HDR,\t\r\nScanX:\t{scan_shape[1]}\r\nScanY:\t{scan_shape[0]}\r\nEnd\t"
    path.with_suffix(".hdr").write_bytes(header.encode().ljust(2048))


def write_mrc(path, scan):
    """An MRC stack of float32 with the info file by which it is a scan."""
    rows, columns, height, width = scan.shape
    header = np.zeros(256, "<i4")
    header[:4] = (width, height, rows * columns, 2)
    header[52] = int.from_bytes(b"MAP ", "little")
    header[53] = 0x4444
    with open(path, "wb") as file:
        file.write(header.tobytes())
        for row in scan:
            file.write(np.ascontiguousarray(row, "<f4").tobytes())
    path.with_name(path.stem + "_info.txt").write_text(
        f"Scan - Enable = Enable\nScan - Size X = {columns}\nScan - Size Y = {rows}\n"
        f"Image Size X (pixels) = {width}\nImage Size Y (pixels) = {height}\n")


def stage(path, *names):
    """Seconds of stages of FourDSTEMScanStages, once."""
    lines = [line.split("\t") for line in results.run(results.BIN / "FourDSTEMScanStages", path, 1, THREADS).output.splitlines()]
    return {line[0]: float(line[1]) for line in lines if line[0] in names}


def formats(arguments):
    side = math.isqrt(arguments.scan.stat().st_size // (130 * 128 * 4))
    scan = reference.read_empad(arguments.scan, (side, side))
    size = scan.size * 4
    timings = Timings()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        files = {"npy": Path(temporary) / "scan.npy", "mib": Path(temporary) / "scan.mib", "mrc": Path(temporary) / "scan.mrc"}
        np.save(files["npy"], scan)
        write_mib(files["mib"], counts_of(arguments.scan, side), (side, side))
        write_mrc(files["mrc"], scan)
        sizes = {"npy": size, "mib": size // 2}
        peers = {"npy": LiberTEM(files["npy"], side, "npy"),
                 "mib": LiberTEM(files["mib"], side, "mib", disable_glob=True)}
        for peer in peers.values():
            peer.run("LiberTEM annulus")
        for _ in range(arguments.rounds):
            timings.add("EMPAD statistics", stage(arguments.scan, "statistics")["statistics"], size)
            timings.add("MRC statistics", stage(files["mrc"], "statistics")["statistics"], size)
            for name, peer in peers.items():
                ours = stage(files[name], "statistics", "annulus")
                timings.add(f"{name} annulus", ours["annulus"], sizes[name])
                timings.add(f"{name} statistics", ours["statistics"], sizes[name])
                timings.time(f"LiberTEM {name} annulus", sizes[name], lambda peer=peer: peer.run("LiberTEM annulus"))
    timings.show()
    median = timings.median
    demands = Demands()
    for name in peers:
        demands.at_least(f"LiberTEM annulus of {name} : our annulus of it", 1,
                         median(f"LiberTEM {name} annulus") / median(f"{name} annulus"))
    for name in ("npy", "MRC"):
        demands.at_least(f"statistics of EMPAD : of {name}, time", 0.85,
                         median("EMPAD statistics") / median(f"{name} statistics"))
    return demands.good


def main():
    parser = argparse.ArgumentParser(description="Speed and memory against what else there is.")
    parser.add_argument("what", choices=("stages", "paper", "strain", "job", "chunks", "formats"))
    parser.add_argument("scan", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pixels", type=int, default=3000, help="columns of the feature matrix")
    parser.add_argument("--iterations", type=int, default=10, help="of Lloyd, at most")
    parser.add_argument("--splits", default="0:2,2:2,3:2,4:4")
    parser.add_argument("--memory-limit", default="")
    parser.add_argument("--folder", type=Path, help="for results and scratch files; default: the system's")
    arguments = parser.parse_args()
    what = {"stages": stages, "paper": paper, "strain": strain, "job": job, "chunks": chunks, "formats": formats}[arguments.what]
    return 0 if what(arguments) else 1


if __name__ == "__main__":
    sys.exit(main())
