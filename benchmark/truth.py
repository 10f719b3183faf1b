# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""FourDSTEMCluster --mode auto on scans that FourDSTEMPhantom wrote, against their truth; both commands as users run them.

Prints domains found, adjusted Rand index, error of the origins and seconds for each kind, dose and seed. Good are: the
flake with 6 to 8 domains and an index of 0.99, 0.99, 0.95 at 16, 4, 1 electrons per pixel; scans with nothing in them,
and a strain ramp, with one domain; a strain step with two and 0.99. Exit code 1 where one is not. For many seeds in
memory there is FourDSTEMTruth.

usage: truth.py [--folder WORK] [--kinds flake ...] [--doses 16 4 1] [--seeds 1 2 ...] [--scan 64x64] [--threads 1 16]
With --threads the analysis is repeated with each number of threads: labels.nrrd must be the same bytes.
"""
import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

import results

KINDS = ["flake", "film", "speckle", "correlated-speckle", "crystal", "crystal-on-film", "ramp", "step"]
EXPECTED = {"flake": range(6, 9), "step": range(2, 3)}
LEAST_ARI = {("flake", 16.0): 0.99, ("flake", 4.0): 0.99, ("flake", 1.0): 0.95, ("step", 16.0): 0.99}


def adjusted_rand_index(a, b):
    """Hubert and Arabie, J. Classif. 2 (1985) 193; partitions without any boundary agree."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a.ravel(), b.ravel()), 1)

    def pairs(counts):
        return (counts * (counts - 1) / 2).sum()

    in_a, in_b = pairs(table.sum(1)), pairs(table.sum(0))
    chance = in_a * in_b / max(pairs(np.array([a.size])), 1)
    most = (in_a + in_b) / 2
    return (pairs(table) - chance) / (most - chance) if most > chance else 1.0


def analyse(scan, folder, threads=0):
    finished = results.run(results.BIN / "FourDSTEMCluster", scan / "scan.xml", folder, "--overwrite", "--threads", threads)
    return results.read_nrrd(folder / "labels.nrrd")[0], finished


def main():
    parser = argparse.ArgumentParser(description="Auto mode on simulated scans, against their truth.")
    parser.add_argument("--folder", type=Path, help="where scans and results go; default: a temporary one")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--doses", nargs="+", type=float, default=[16, 4, 1])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--scan", default="64x64")
    parser.add_argument("--threads", nargs="+", type=int, default=[])
    arguments = parser.parse_args()

    good = True
    print("kind\tdose\tseed\tdomains\tARI\torigin rms (px)\tseconds\tgood", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.folder or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        scan, found = work / "scan", work / "result"
        for kind in arguments.kinds:
            for dose in arguments.doses:
                for seed in arguments.seeds:
                    results.run(results.BIN / "FourDSTEMPhantom", scan, "--overwrite", "--kind", kind,
                                "--dose", dose, "--seed", seed, "--scan-shape", arguments.scan)  # fmt: skip
                    labels, finished = analyse(scan, found)
                    truth = results.read_nrrd(scan / "labels.nrrd")[0]
                    origins = [results.read_nrrd(folder / "origin.nrrd")[0] for folder in (scan, found)]
                    ari = adjusted_rand_index(truth, labels)
                    passed = labels.max() in EXPECTED.get(kind, range(1, 2)) and ari >= LEAST_ARI.get((kind, dose), 0)
                    for threads in arguments.threads:
                        passed &= np.array_equal(analyse(scan, found, threads)[0], labels)
                    good &= passed
                    rms = np.sqrt(np.mean((origins[0] - origins[1]) ** 2))
                    print(f"{kind}\t{dose:g}\t{seed}\t{labels.max()}\t{ari:.4f}\t{rms:.4f}\t{finished.seconds:.1f}\t"
                          f"{'yes' if passed else 'NO'}", flush=True)  # fmt: skip
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
