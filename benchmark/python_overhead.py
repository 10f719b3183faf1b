# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Time and memory of the Python package beside the commands' on the same scan, from start of the process to the files.

usage: python_overhead.py SCAN.raw [--rounds N]    with the Python into which the package is installed, such as
                                                   .venv-python/bin/python after scripts/test-python

Both are run by turns, and medians are compared: seconds of the clock, of all processors, and the most memory of their own.
What the interpreter needs to start and to import the package, measured by itself, is taken off Python's seconds; pictures
are drawn by the command only, matplotlib takes some two seconds more for them. The exit code says whether Python takes at
most 10 % more, and import less than 0.5 s.
"""
import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import results

JOBS = {
    "virtual detectors": (
        lambda scan, out: ("FourDSTEMVirtualDetector", scan, f"{out}.nrrd", "--overwrite"),
        "import sys, fourdstem; fourdstem.virtual_detector(fourdstem.open(sys.argv[1]))",
    ),
    "domains": (
        lambda scan, out: ("FourDSTEMCluster", scan, out, "--overwrite"),
        "import sys, fourdstem; fourdstem.cluster(fourdstem.open(sys.argv[1])).save(sys.argv[2], overwrite=True, pictures=False)",
    ),
}


def show(name, runs):
    print(f"{name:32}{runs['seconds']:10.3f}{runs['processor_seconds']:12.3f}{runs['own'] / 2**30:12.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Time and memory of Python beside the commands'.")
    parser.add_argument("scan", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    def medians(runs):
        return {key: statistics.median(getattr(run, key) for run in runs) for key in ("seconds", "processor_seconds", "own")}

    good = True
    print(f"{'':32}{'seconds':>10}{'processors':>12}{'own / GiB':>12}")
    with tempfile.TemporaryDirectory() as folder:
        imported = medians([results.run(sys.executable, "-c", "import fourdstem") for _ in range(arguments.rounds)])
        bare = medians([results.run(sys.executable, "-c", "import numpy") for _ in range(arguments.rounds)])
        show("import numpy", bare)
        show("import fourdstem", imported)
        good &= imported["seconds"] < 0.5
        for name, (command, code) in JOBS.items():
            runs = {"command": [], "Python": []}
            for _ in range(arguments.rounds):
                program, *words = command(arguments.scan, Path(folder) / "command")
                runs["command"].append(results.run(results.BIN / program, *words))
                runs["Python"].append(results.run(sys.executable, "-c", code, arguments.scan, Path(folder) / "python"))
            found = {kind: medians(of) for kind, of in runs.items()}
            for kind in runs:
                show(f"{name}, {kind}", found[kind])
            ratios = {key: (found["Python"][key] - imported[key]) / found["command"][key]
                      for key in ("seconds", "processor_seconds")}
            good &= ratios["seconds"] <= 1.1
            print(f"{name}, Python : command, seconds {ratios['seconds']:.3f} (at most 1.1), "
                  f"processors {ratios['processor_seconds']:.3f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
