# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The published divisive clustering (Shi et al., npj Comput. Mater. 8, 114 (2022)) in NumPy, scikit-image, scikit-learn.

Shares no code with the module: `parity.py` and `peers.py` hold the module against it. In core and in double precision,
so a scan of 128x128 positions takes about 8 GB. Arrays are (Ry, Rx, Qy, Qx); origins are (x, y) in pixel index
coordinates; a position's number is ry * Rx + rx.

usage: reference_pipeline.py SCAN.raw [--scan RYxRX] [--std nested|global] [--annulus IN OUT] [--split NODE:K ...]
prints one line per stage: name<TAB>seconds<TAB>bytes of the scan.
"""
import argparse
import math
import resource
import time
from dataclasses import dataclass, field

import numpy as np
from skimage import transform
from sklearn.cluster import KMeans

FRAME = (130, 128)
IMAGE_ROWS = 128


def read_empad(path, scan_shape=None):
    """The scan as (Ry, Rx, 128, 128) float32, mapped, without the two footer rows; square unless told."""
    frames = np.memmap(path, "<f4", "r").reshape(-1, *FRAME)
    if scan_shape is None:
        side = math.isqrt(len(frames))
        if side * side != len(frames):
            raise ValueError(f"{path}: {len(frames)} frames are no square scan: give its shape")
        scan_shape = (side, side)
    return frames.reshape(*scan_shape, *FRAME)[:, :, :IMAGE_ROWS, :]


def clamped(scan):
    """A copy with every value below 1 raised to 1."""
    return np.maximum(scan, np.float32(1))


def disk(shape):
    """Pixels nearer than floor(Q / 6) to the pixel Q // 2, Q the smaller extent of the detector."""
    qy, qx = np.ogrid[: shape[0], : shape[1]]
    radius = min(shape) // 6
    return (qy - shape[0] // 2) ** 2 + (qx - shape[1] // 2) ** 2 < radius**2


def origins(scan):
    """Centre of mass inside the disk, per position: (Ry, Rx, 2), x first."""
    ry, rx, qy, qx = scan.shape
    inside = disk((qy, qx))
    y, x = np.nonzero(inside)
    found = np.empty((ry, rx, 2))
    for row in range(ry):
        counts = scan[row][:, inside].astype(np.float64)
        total = counts.sum(axis=1)
        found[row, :, 0] = counts @ x / total
        found[row, :, 1] = counts @ y / total
    return found


def aligned(scan, centres):
    """Every pattern shifted bilinearly, its origin to pixel Q // 2; 0 where the detector does not reach."""
    ry, rx, qy, qx = scan.shape
    shifted = np.empty(scan.shape)
    for row, column in np.ndindex(ry, rx):
        x, y = centres[row, column]
        shift = transform.AffineTransform(translation=(x - qx // 2, y - qy // 2))
        shifted[row, column] = transform.warp(scan[row, column].astype(np.float64), shift, order=1)
    return shifted


def log_std(patterns, kind):
    """log(standard deviation over the scan + 1): `nested` along the slow axis, then along the fast one; `global` at once."""
    if kind == "nested":
        return np.log(patterns.std(axis=0).std(axis=0) + 1)
    if kind == "global":
        return np.log(patterns.reshape(-1, *patterns.shape[2:]).std(axis=0) + 1)
    raise ValueError(f"no such log-std pattern: {kind}")


def annulus(shape, inner, outer):
    """Pixels with inner < r < outer about Q // 2 - 0.5."""
    qy, qx = np.ogrid[: shape[0], : shape[1]]
    squared = (qy - shape[0] // 2 + 0.5) ** 2 + (qx - shape[1] // 2 + 0.5) ** 2
    return (squared > inner**2) & (squared < outer**2)


def feature_mask(pattern, inner, outer, fraction=0.3):
    """Pixels of the annulus above `fraction` of the whole pattern's maximum."""
    return annulus(pattern.shape, inner, outer) & (pattern > fraction * pattern.max())


@dataclass
class Node:
    """One cluster: children are numbers of nodes, positions are sorted numbers of scan positions."""

    positions: np.ndarray
    parent: int = -1
    k: int = 0
    children: list = field(default_factory=list)
    iterations: int = 0


def kmeans(rows, k, start=None, seed=0, starts=1):
    """scikit-learn's fit of k clusters, from the centroids `start` to converged labels where given; else the best of
    `starts` fits, several being with all other settings as scikit-learn has them."""
    if start is None and starts > 1:
        return KMeans(k, n_init=starts, random_state=seed).fit(rows)
    begin = "k-means++" if start is None else start
    return KMeans(k, init=begin, n_init=1, max_iter=300, tol=0, random_state=seed, algorithm="lloyd").fit(rows)


def grow(features, splits, starts=None, tries=1):
    """The tree that `splits`, pairs (node, k) in order, makes; node 0 is the root, children get the next numbers.

    `starts[node]` are the positions whose features the k-means of that node begins at. Children are in the order of
    their start; without one, of their mean intensity, and the k-means is the best of `tries`."""
    tree = [Node(np.arange(len(features)))]
    for parent, k in splits:
        node = tree[parent]
        rows = features[node.positions]
        start = None if starts is None else features[np.asarray(starts[parent])]
        fit = kmeans(rows, k, start, starts=tries)
        order = range(k) if start is not None else np.argsort(fit.cluster_centers_.mean(axis=1), kind="stable")
        node.k, node.iterations = k, fit.n_iter_
        for label in order:
            node.children.append(len(tree))
            tree.append(Node(node.positions[fit.labels_ == label], parent))
    return tree


def leaf_labels(tree):
    """Per position the number of its leaf."""
    labels = np.zeros(len(tree[0].positions), int)
    for number, node in enumerate(tree):
        if not node.children:
            labels[node.positions] = number
    return labels


def mean_patterns(patterns, tree):
    """The mean aligned pattern of each node."""
    flat = patterns.reshape(-1, *patterns.shape[2:])
    return np.stack([flat[node.positions].mean(axis=0) for node in tree])


def differences(means, tree):
    """For every node but the root: its mean minus its parent's, and minus the mean of each sibling."""
    found = {}
    for number, node in enumerate(tree[1:], 1):
        found[number, node.parent] = means[number] - means[node.parent]
        for sibling in tree[node.parent].children:
            if sibling != number:
                found[number, sibling] = means[number] - means[sibling]
    return found


def run(scan, kind, inner, outer, splits, starts=None, tries=1, report=lambda name, seconds: None):
    """The whole pipeline; a dict of its results, `report` told the time of each stage."""
    result = {}

    def stage(name, step):
        begin = time.perf_counter()
        result[name] = step()
        report(name, time.perf_counter() - begin)
        return result[name]

    counts = stage("clamp", lambda: clamped(scan))
    centres = stage("origin", lambda: origins(counts))
    patterns = stage("align", lambda: aligned(counts, centres))
    del counts, result["clamp"]
    spread = stage("log-std", lambda: log_std(patterns, kind))
    mask = stage("mask", lambda: feature_mask(spread, inner, outer))
    rows = stage("features", lambda: patterns.reshape(-1, *mask.shape)[:, mask])
    tree = stage("clustering", lambda: grow(rows, splits, starts, tries))
    means = stage("patterns", lambda: mean_patterns(patterns, tree))
    stage("differences", lambda: differences(means, tree))
    return result


def parse_shape(text):
    ry, rx = text.lower().split("x")
    return int(ry), int(rx)


def parse_split(text):
    node, k = text.split(":")
    return int(node), int(k)


def main():
    parser = argparse.ArgumentParser(description="The published pipeline on an EMPAD file, with the time of each stage.")
    parser.add_argument("scan")
    parser.add_argument("--scan", dest="shape", type=parse_shape, help="positions, slow x fast; default: square")
    parser.add_argument("--std", default="nested", choices=("nested", "global"))
    parser.add_argument("--annulus", nargs=2, type=float, default=(24, 57), metavar=("IN", "OUT"))
    parser.add_argument("--split", nargs="+", type=parse_split, default=[(0, 2), (2, 2), (4, 2), (3, 4)], metavar="NODE:K")
    parser.add_argument("--starts", type=int, default=1, help="of each k-means; scikit-learn's default was 10 until 1.4")
    arguments = parser.parse_args()
    scan = read_empad(arguments.scan, arguments.shape)
    begin = time.perf_counter()
    result = run(scan, arguments.std, *arguments.annulus, arguments.split, tries=arguments.starts,
                 report=lambda name, seconds: print(f"{name}\t{seconds:.4f}\t{scan.nbytes}", flush=True))
    print(f"whole\t{time.perf_counter() - begin:.4f}\t{scan.nbytes}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sizes = [len(node.positions) for node in result["clustering"]]
    print(f"# {int(result['mask'].sum())} pixels, sizes of the nodes {sizes}, peak {peak:.2f} GiB")


if __name__ == "__main__":
    main()
