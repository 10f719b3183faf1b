# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""A simulated EMPAD scan for timing and parity: a film, two hexagonal crystals, one of them in four rotated sectors.

Independent of the C++ phantom on purpose. Gain, offset, read noise (so values below 1 and below 0), descan ramp and
jitter are as on an instrument; disks, doses and film are simplified.

usage: simulated_scan.py SCAN.raw [--scan RYxRX] [--dose E] [--seed S]     also writes SCAN.truth.npy
"""
import argparse
from pathlib import Path

import numpy as np

GAIN = 151.0
READ_NOISE = 2.0
PROBE_RADIUS = 5.0


def truth(ry, rx):
    """0 film, 1 first crystal, 2..5 sectors of the second."""
    y, x = np.mgrid[-1 : 1 : ry * 1j, -1 : 1 : rx * 1j]
    flake = np.abs(x) + 0.5 * np.abs(y) < 0.8
    inner = np.abs(x) + 0.5 * np.abs(y) < 0.5
    sector = 2 + 2 * (y > 0) + (x > 0)
    return np.where(inner, sector, flake.astype(int))


def rate(qy, qx, label, x0, y0, dose):
    """Expected electrons per pixel for the given class with its origin at (x0, y0)."""
    y, x = np.mgrid[:qy, :qx].astype(np.float32)
    pattern = np.zeros((qy, qx), np.float32)

    def add(cx, cy, height):
        distance = np.hypot(x - cx, y - cy)
        pattern[:] += height * np.clip(PROBE_RADIUS + 0.5 - distance, 0, 1)

    add(x0, y0, 40 * dose)
    pattern += 0.02 * dose * np.exp(-np.hypot(x - x0, y - y0) / 9)
    if label:
        length = 32.0 if label == 1 else 30.7
        turn = 0.02 * (label - 3.5) if label > 1 else 0.0
        for g in range(6):
            angle = turn + g * np.pi / 3
            height = dose * (1.0 + 0.12 * (label - 3) * np.cos(angle)) * (1.3 if label == 1 else 1.0)
            add(x0 + length * np.cos(angle), y0 + length * np.sin(angle), height)
            angle += np.pi / 6
            add(x0 + 1.732 * length * np.cos(angle), y0 + 1.732 * length * np.sin(angle), 0.6 * height)
    return pattern


def write(path, ry, rx, dose=4.0, seed=0):
    """Writes the scan row by row and returns its labels; `dose` is electrons per pixel in a first-order disk."""
    random = np.random.default_rng(seed)
    labels = truth(ry, rx)
    base = {int(label): rate(160, 160, label, 79.5, 79.5, dose) for label in np.unique(labels)}
    with open(path, "wb") as file:
        for row in range(ry):
            frames = np.zeros((rx, 130, 128), "<f4")
            for column in range(rx):
                x0 = 63.5 + 3 * (column / max(rx - 1, 1) - 0.5) + random.normal(0, 0.35)
                y0 = 63.5 + 2 * (row / max(ry - 1, 1) - 0.5) + random.normal(0, 0.35)
                dx, dy = 79.5 - x0, 79.5 - y0
                ix, iy = int(dx), int(dy)
                fx, fy = dx - ix, dy - iy
                p = base[int(labels[row, column])]
                part = p[iy : iy + 129, ix : ix + 129]
                part = part[:-1] * (1 - fy) + part[1:] * fy
                expected = part[:, :-1] * (1 - fx) + part[:, 1:] * fx
                frames[column, :128] = GAIN * random.poisson(expected) + READ_NOISE * random.standard_normal((128, 128))
            file.write(frames.tobytes())
    np.save(Path(path).with_suffix(".truth.npy"), labels)
    return labels


def main():
    parser = argparse.ArgumentParser(description="Write a simulated EMPAD scan.")
    parser.add_argument("path")
    parser.add_argument("--scan", default="128x128", help="positions, slow x fast")
    parser.add_argument("--dose", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    ry, rx = (int(n) for n in arguments.scan.lower().split("x"))
    write(arguments.path, ry, rx, arguments.dose, arguments.seed)


if __name__ == "__main__":
    main()
