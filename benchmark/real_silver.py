# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""FourDSTEMCluster --mode auto on the silver nanocrystal with twins: its parts, at full and at reduced dose.

Real class patterns at their real positions, with counting noise; lower doses are drawn from its counts (binomial
thinning), higher ones anew from the mean pattern of each labelled class. Each part has the number of grains it shows;
a run is good if its leaves agree with the labelled positions with an adjusted Rand index of at least 0.97.

usage: real_silver.py [--folder WORK] [--parts full left ...] [--doses 1 0.5 ...]
The files are looked for in FOURDSTEM_REAL_DATA.
"""
import argparse
import os
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
from sklearn.metrics import adjusted_rand_score

import results

LEAST_ARI = 0.97
PARTS = {
    "full": (0, 64, 0, 104), "left": (0, 64, 0, 52), "right": (0, 64, 52, 104), "top": (0, 32, 0, 104),
    "bottom": (32, 64, 0, 104), "centre": (16, 48, 26, 78), "top-left": (0, 32, 0, 52), "top-right": (0, 32, 52, 104),
    "bottom-left": (32, 64, 0, 52), "one-grain": (32, 64, 52, 104),
}  # fmt: skip


def at_dose(counts, truth, dose):
    """The counts as they could have been at `dose` times the dose."""
    random = np.random.default_rng(round(1000 * dose))
    if dose == 1:
        return counts
    if dose < 1:
        return random.binomial(counts, dose).astype(np.uint16)
    drawn = np.empty_like(counts)
    for label in np.unique(truth):
        here = truth == label
        mean = counts[here].mean(axis=0)
        drawn[here] = random.poisson(dose * mean, (here.sum(), *mean.shape))
    return drawn


def main():
    parser = argparse.ArgumentParser(description="FourDSTEMCluster on the silver nanocrystal, without k.")
    parser.add_argument("--folder", type=Path, help="where scans and results go; default: a temporary one")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--doses", nargs="+", type=float, default=[4, 1, 0.5, 0.25, 0.1])
    arguments = parser.parse_args()
    data = os.environ.get("FOURDSTEM_REAL_DATA")
    if not data:
        sys.exit("FOURDSTEM_REAL_DATA is not set: nothing done")
    with h5py.File(Path(data) / "ag_sped_left.h5") as file:
        counts = file["datacube_root/datacube/data"][:]
    truth = np.load(Path(data) / "ag_sped_left.truth.npy").astype(int)

    good = True
    print("part\tdose\tgrains\tleaves\tARI\tARI with the unlabelled\tseconds")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for part in arguments.parts:
            y0, y1, x0, x1 = PARTS[part]
            labels = truth[y0:y1, x0:x1].ravel()
            for dose in arguments.doses:
                scan = folder / f"{part}-{dose:g}.npy"
                np.save(scan, at_dose(counts, truth, dose)[y0:y1, x0:x1])
                run = results.run(results.BIN / "FourDSTEMCluster", scan, scan.with_suffix(""), "--overwrite")
                found = results.read_nrrd(scan.with_suffix("") / "labels.nrrd")[0].ravel()
                known = labels > 0
                ari = adjusted_rand_score(labels[known], found[known])
                good &= ari >= LEAST_ARI
                print(f"{part}\t{dose:g}\t{len(np.unique(labels))}\t{found.max()}\t{ari:.3f}\t"
                      f"{adjusted_rand_score(labels, found):.3f}\t{run.seconds:.2f}", flush=True)
                if not arguments.folder:
                    scan.unlink()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
