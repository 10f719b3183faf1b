# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Holds `FourDSTEMCluster --mode paper` against the published pipeline of reference_pipeline.py on one EMPAD file.

For both log-std patterns: the same feature pixels but where the pattern is within 1e-6 of the threshold, and at every
node the labels that scikit-learn's KMeans finds from the start that tree.json records (adjusted Rand index >= 0.999).
Prints a table; the exit code says whether all of it holds. Without a file it makes a small one.

usage: parity.py [SCAN.raw --scan RYxRX] [--annulus IN OUT] [--splits 0:2,2:2,4:2,3:4] [--keep FOLDER]
"""
import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

import reference_pipeline as reference
import results
import simulated_scan

FRACTION = 0.3
NEAR_THRESHOLD = 1e-6
LEAST_ARI = 0.999


class Table:
    def __init__(self):
        self.good = True

    def row(self, what, found, demanded="", holds=True):
        self.good &= bool(holds)
        print(f"  {what:<48}{found:<24}{demanded:<22}{'' if holds else 'FAILS'}", flush=True)


def start_of(node):
    """Positions whose features were the first centroids at a node of tree.json."""
    return node.get("startRows") or []


def same_order(found, expected):
    """`expected`, sets of positions, in the order of the sets of `found` that they overlap most."""
    overlap = np.array([[np.intersect1d(a, b, assume_unique=True).size for b in expected] for a in found])
    return [expected[j] for j in linear_sum_assignment(-overlap)[1]]


def compare_labels(table, nodes, where, rows):
    """Every k-means of the tree again, by scikit-learn, each on the positions that scikit-learn gave the node."""
    mine = {0: np.arange(len(rows))}
    for number in sorted(nodes):
        children = nodes[number].get("children") or []
        if not children:
            continue
        fit = reference.kmeans(rows[mine[number]], len(children), rows[np.asarray(start_of(nodes[number]))])
        parts = [mine[number][fit.labels_ == label] for label in range(len(children))]
        mine.update(zip(children, same_order([where[child] for child in children], parts), strict=True))
    expected, found = np.zeros(len(rows), int), np.zeros(len(rows), int)
    for leaf in results.leaves_in_order(nodes):
        expected[mine[leaf]] = leaf
        found[where[leaf]] = leaf
    ari = adjusted_rand_score(expected, found)
    moved = int((expected != found).sum())
    table.row("labels of the leaves, ARI", f"{ari:.6f} ({moved} positions)", f">= {LEAST_ARI}", ari >= LEAST_ARI)
    for number in sorted(nodes):
        children = nodes[number].get("children") or []
        if children:
            a, b = np.zeros(len(rows), int), np.zeros(len(rows), int)
            for child in children:
                a[mine[child]] = child
                b[where[child]] = child
            here = (a > 0) | (b > 0)
            ari = adjusted_rand_score(a[here], b[here])
            sizes = "+".join(str(len(where[child])) for child in children)
            table.row(f"  node {number}, k = {len(children)}: {sizes}", f"{ari:.6f}", f">= {LEAST_ARI}", ari >= LEAST_ARI)


def compare(table, scan, path, folder, kind, annulus, splits, more=()):
    """Runs the command and the reference once and compares what both found."""
    ry, rx = scan.shape[:2]
    run = results.run(
        results.BIN / "FourDSTEMCluster", path, folder, "--mode", "paper", "--log-std", kind, "--scan-shape", f"{ry}x{rx}",
        "--inner-radius", annulus[0], "--outer-radius", annulus[1], "--splits", splits, "--overwrite", *more)
    print(f"log-std {kind}, splits {splits}: {run.seconds:.2f} s, peak {run.peak / 2**20:.0f} MiB")

    counts = reference.clamped(scan)
    centres = reference.origins(counts)
    patterns = reference.aligned(counts, centres)
    spread = reference.log_std(patterns, kind)
    mask = reference.feature_mask(spread, *annulus, FRACTION)
    rows = patterns.reshape(-1, *mask.shape)[:, mask]

    origin = results.read_nrrd(folder / "origin.nrrd")[0]
    table.row("origin, largest difference / px", f"{np.abs(origin[..., :2] - centres).max():.1e}", "< 1e-4",
              np.abs(origin[..., :2] - centres).max() < 1e-4)

    statistics = results.components(folder / "statistics.nrrd")
    log_std = statistics["log-std nested" if kind == "nested" else "log-std"]
    inside = reference.annulus(mask.shape, 0, annulus[1])
    apart = np.abs(log_std[inside] / spread[inside] - 1).max()
    table.row("log-std pattern, largest relative difference", f"{apart:.1e}", "< 1e-4", apart < 1e-4)

    found = results.read_nrrd(folder / "feature-mask.nrrd")[0] != 0
    differ = found != mask
    sure = np.abs(spread / (FRACTION * spread.max()) - 1) >= NEAR_THRESHOLD
    table.row("feature pixels", f"{found.sum()} / {mask.sum()}")
    table.row("  differing, of these not at the threshold", f"{differ.sum()}, {(differ & sure).sum()}", "any, 0",
              not (differ & sure).any())

    nodes = results.read_tree(folder / "tree.json")
    labels = results.read_nrrd(folder / "labels.nrrd")[0]
    where = results.positions_of(nodes, labels)
    compare_labels(table, nodes, where, rows)

    means = results.read_nrrd(folder / "patterns.nrrd")[0]
    means = np.moveaxis(means, -1, 0) if means.shape[-1] == len(nodes) else means
    flat = patterns.reshape(-1, *mask.shape)
    apart = max(
        np.abs(means[number] - expected)[inside].max() / expected.max()
        for number, expected in ((number, flat[where[number]].mean(axis=0)) for number in nodes))
    table.row("mean patterns, largest difference / maximum", f"{apart:.1e}", "< 1e-5", apart < 1e-5)


def main():
    parser = argparse.ArgumentParser(description="FourDSTEMCluster --mode paper against the published pipeline.")
    parser.add_argument("scan", nargs="?")
    parser.add_argument("--scan", dest="shape", type=reference.parse_shape, help="positions, slow x fast")
    parser.add_argument("--annulus", nargs=2, type=float, default=(24, 57), metavar=("IN", "OUT"))
    parser.add_argument("--splits", default="0:2,2:2,3:2,4:4")
    parser.add_argument("--keep", type=Path, help="where the command's results stay")
    arguments = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="fourdstem-parity-") as temporary:
        path, shape = arguments.scan, arguments.shape
        if path is None:
            shape = (24, 20)
            path = Path(temporary) / "scan.raw"
            simulated_scan.write(path, *shape)
        scan = reference.read_empad(path, shape)
        for kind in ("nested", "global"):
            folder = (arguments.keep or Path(temporary)) / kind
            folder.parent.mkdir(parents=True, exist_ok=True)
            compare(table, scan, path, folder, kind, arguments.annulus, arguments.splits)
    print("parity holds" if table.good else "parity FAILS")
    return 0 if table.good else 1


if __name__ == "__main__":
    sys.exit(main())
