# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Domains and strain of a simulated flake against the dose; all commands as users run them.

    dose_sweep.py [--folder WORK] [--pictures docs/images] [--doses 0.25 0.5 1 2 4 8 16] [--scan 64x64] [--seed 1]

For each dose (electrons per pixel at the top of the strongest first-order disk) FourDSTEMPhantom makes the flake,
FourDSTEMCluster divides it, by pixels and by pixels and lattice (--features combined), and FourDSTEMStrain maps its
strain, with the true labels as lattices' labels and WS2 as reference. Prints, and draws as dose-domains.png and
dose-strain.png in the folder of --pictures:

- adjusted Rand index and number of domains; F1 of the borders: a border lies between two adjacent positions of unlike
  labels, and is found if the other map has one within one position (as BSDS counts, but for the matching one by one);
- share of the crystal's positions that have a lattice; there the standard deviation of the strain's error, mean of
  squares over e_xx, e_yy and e_xy, and the slope of found against true e_xx.

Nothing is chosen for a dose. Needs matplotlib, as setup installs it.
"""
import argparse
import tempfile
from pathlib import Path

import numpy as np

import results
from truth import adjusted_rand_index

DOSES = (0.25, 0.5, 1, 2, 4, 8, 16)
FEATURES = ("pixels", "combined")
STRAINS = {"e_xx": "exx", "e_yy": "eyy", "e_xy": "exy"}
REFERENCE = 2  # label of WS2 in the flake


def borders(labels):
    """Of a map of labels the map, twice as fine, of borders between adjacent positions."""
    rows, columns = labels.shape
    fine = np.zeros((2 * rows - 1, 2 * columns - 1), bool)
    fine[::2, 1::2] = labels[:, 1:] != labels[:, :-1]
    fine[1::2, ::2] = labels[1:] != labels[:-1]
    return fine


def near(fine, reach=2):
    """Where a border is within `reach` half positions, along both axes."""
    padded = np.pad(fine, reach)
    rows, columns = fine.shape
    steps = range(2 * reach + 1)
    return np.any([padded[i : i + rows, j : j + columns] for i in steps for j in steps], axis=0)


def border_f1(truth, found):
    """Harmonic mean of the share of found borders that are true and of true ones that are found; no border at all in
    either map agrees."""
    a, b = borders(truth), borders(found)
    if not a.any() or not b.any():
        return float(a.any() == b.any())
    precision, recall = near(a)[b].mean(), near(b)[a].mean()
    return 2 * precision * recall / max(precision + recall, 1e-12)


def measure_domains(scan, folder, truth, features):
    results.run(results.BIN / "FourDSTEMCluster", scan / "scan.xml", folder, "--overwrite", "--features", features)
    found = results.read_nrrd(folder / "labels.nrrd")[0]
    return {"ari": adjusted_rand_index(truth, found), "f1": border_f1(truth, found), "domains": int(found.max())}


def measure_strain(scan, folder):
    results.run(results.BIN / "FourDSTEMStrain", scan / "scan.xml", folder, "--overwrite", "--labels",
                scan / "labels.nrrd", "--reference-label", REFERENCE)  # fmt: skip
    found = results.components(folder / "strain.nrrd")
    truth = results.components(scan / "strain.nrrd")
    crystal = np.isfinite(truth["exx"])
    where = crystal & np.isfinite(found["e_xx"])
    errors = [found[ours][where] - truth[theirs][where] for ours, theirs in STRAINS.items()]
    return {
        "sigma": float(np.sqrt(np.mean([np.var(error) for error in errors]))),
        "slope": float(np.polyfit(truth["exx"][where], found["e_xx"][where], 1)[0]),
        "share": float(where.sum() / crystal.sum()),
    }


def draw(doses, domains, strain, folder):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    def axes(title, label, height):
        figure, axis = plt.subplots(figsize=(5.6, height), dpi=100, layout="constrained")
        axis.set(xscale="log", title=title, ylabel=label)
        axis.set_xticks(doses, [f"{dose:g}" for dose in doses])
        axis.minorticks_off()
        axis.grid(alpha=0.3)
        axis.set_xlabel("electrons per pixel of the strongest first-order disk")
        return figure, axis

    figure, axis = axes("Flake of seven domains, auto mode", "agreement with the truth", 3.6)
    for features, color in zip(FEATURES, ("tab:blue", "tab:orange"), strict=True):
        axis.plot(doses, [row["ari"] for row in domains[features]], "o-", color=color, label=f"ARI, {features}")
        axis.plot(doses, [row["f1"] for row in domains[features]], "s--", color=color, label=f"border F1, {features}")
    lowest = min(row[name] for rows in domains.values() for row in rows for name in ("ari", "f1"))
    axis.set_ylim(min(0.8, lowest - 0.02), 1.01)
    axis.legend(loc="lower right")
    figure.savefig(folder / "dose-domains.png")
    plt.close(figure)

    figure, axis = axes("Strain of the flake", "standard deviation of the strain's error", 3.6)
    axis.plot(doses, [row["sigma"] for row in strain], "o-", color="tab:blue", label="σ")
    last = strain[-1]["sigma"]
    axis.plot(doses, last * np.sqrt(doses[-1] / np.array(doses)), ":", color="gray", label="counting noise, 1/√dose")
    axis.set_yscale("log")
    other = axis.twinx()
    other.plot(doses, [row["slope"] for row in strain], "s--", color="tab:red", label="slope of e_xx")
    other.set(ylim=(0, 1.1), ylabel="slope")
    lines = axis.get_lines() + other.get_lines()
    axis.legend(lines, [line.get_label() for line in lines], loc="lower left")
    figure.savefig(folder / "dose-strain.png")
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where scans and results go; default: a temporary one")
    parser.add_argument("--pictures", type=Path, help="where the two pictures go; default: none are drawn")
    parser.add_argument("--doses", nargs="+", type=float, default=DOSES)
    parser.add_argument("--scan", default="64x64")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    domains = {features: [] for features in FEATURES}
    strain = []
    print("dose\t" + "\t".join(f"domains, ARI, F1 ({features})" for features in FEATURES) + "\tsigma, slope, share")
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.folder or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        for dose in arguments.doses:
            scan = work / "flake"
            results.run(results.BIN / "FourDSTEMPhantom", scan, "--overwrite", "--dose", dose, "--seed", arguments.seed,
                        "--scan-shape", arguments.scan)  # fmt: skip
            truth = results.read_nrrd(scan / "labels.nrrd")[0]
            for features in FEATURES:
                domains[features].append(measure_domains(scan, work / "domains", truth, features))
            strain.append(measure_strain(scan, work / "strain"))
            words = [f"{row['domains']}, {row['ari']:.3f}, {row['f1']:.3f}"
                     for row in (domains[features][-1] for features in FEATURES)]  # fmt: skip
            words.append(f"{strain[-1]['sigma']:.2e}, {strain[-1]['slope']:.3f}, {strain[-1]['share']:.3f}")
            print(f"{dose:g}\t" + "\t".join(words), flush=True)
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
        draw(arguments.doses, domains, strain, arguments.pictures)


if __name__ == "__main__":
    main()
