# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers of BUILD, several at a time, and tells faults of this project from those of libraries it uses.

Each begins with seeds (FourDSTEMWriteSeeds), with fuzz/corpus/NAME.zip, and with what earlier runs left in
BUILD/fuzzing/NAME/corpus. What a fuzzer stops at is run again by itself; a fault is ours unless the innermost function
on its stack that belongs to no runtime library is one of HDF5. The exit code is 1 where there is one of ours.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
# HDF5 itself ends on some damaged files: these go on behind a fault, in processes of their own.
FORKED = ("Hdf5Bytes", "Hdf5PeakBytes", "Hdf5PeakScripts", "Hdf5Scripts")
# Larger than what the seeds of a format need; Zeros that follow a file are not counted.
LONGEST = 16384
LIMITS = ("-timeout=30", "-rss_limit_mb=2560")
# Of one allocation, in MB: inputs are 1 MiB at most; in HDF5 they may be compressed, or say a fill value for the rest.
LARGEST = 64
LARGEST_IN_HDF5 = 600
RUNTIME = re.compile(r"compiler-rt|libc\.so|libstdc\+\+|ld-linux|libgcc_s|/bits/|/c\+\+/|in (__|fuzzer::|operator |malloc|raise|abort|strdup )")
THEIRS = re.compile(r"libhdf5")


class Fuzzer:
    def __init__(self, program, build, temporary):
        self.name = program.name[len("Fuzz") :]
        self.program = program
        self.folder = build / "fuzzing" / self.name
        self.limits = (*LIMITS, f"-malloc_limit_mb={LARGEST_IN_HDF5 if 'Hdf5' in self.name else LARGEST}")
        self.kept = self.folder / "kept"
        self.findings = self.folder / "findings"
        self.reports = self.folder / "reports"
        self.seeds = build / "fuzzing" / "seeds" / self.name
        self.archive = HERE / "corpus" / f"{self.name}.zip"
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.rmtree(self.findings, ignore_errors=True)
        for folder in (self.folder / "corpus", self.kept, self.findings, self.seeds):
            folder.mkdir(parents=True, exist_ok=True)
        if self.archive.exists():
            zipfile.ZipFile(self.archive).extractall(self.kept)
        self.environment = {
            **os.environ,
            "TMPDIR": tempfile.mkdtemp(dir=temporary),
            "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=0",
            "ASAN_SYMBOLIZER_PATH": "/usr/lib/llvm-14/bin/llvm-symbolizer",
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "LSAN_OPTIONS": f"suppressions={HERE / 'leaks-of-others.txt'}:print_suppressions=0",
        }

    def call(self, *arguments, timeout=None, environment=None):
        command = [str(word) for word in (self.program, *arguments)]
        return subprocess.run(command, env=environment or self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, check=False, errors="replace")

    def dictionary(self):
        """The format's words; those of scripts are what is written in them."""
        if not self.name.endswith("Scripts"):
            return HERE / "dictionaries" / f"{self.name.replace('Peak', '')}.txt"
        words = {word for script in sorted((HERE / "scripts").iterdir()) for word in script.read_text().split()}
        path = self.folder / "dictionary.txt"
        path.write_text("".join('"{}"\n'.format(word.replace("\\", "\\\\").replace('"', '\\"')) for word in sorted(words)))
        return path

    def run(self, seconds):
        options = [*self.limits, f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1",
                   f"-artifact_prefix={self.findings}/"]
        if seconds <= 10:
            options.append("-seed=1")  # as part of the tests: the same way every time, as far as it gets
        words = self.dictionary()
        if words.exists():
            options.append(f"-dict={words}")
        if self.name in FORKED:
            options += ["-fork=1", "-ignore_crashes=1", "-ignore_timeouts=1", "-ignore_ooms=1"]
        # Of the processes that a forking fuzzer ends in, its own log shows no stacks.
        shutil.rmtree(self.reports, ignore_errors=True)
        self.reports.mkdir()
        told = f"{self.environment['ASAN_OPTIONS']}:log_path={self.reports}/report"
        environment = {**self.environment, "ASAN_OPTIONS": told} if self.name in FORKED else None
        done = self.call(*options, self.folder / "corpus", self.kept, self.seeds, environment=environment)
        (self.folder / "log.txt").write_text(done.stdout)
        ours, theirs = self.judge(done.stdout)
        if done.returncode and not any(self.findings.iterdir()):
            ours.append("ended with {} and no input that shows why:\n{}".format(done.returncode, done.stdout[-2000:]))
        return self.executions(done.stdout), ours, theirs

    def executions(self, log):
        counts = re.findall(r"^stat::number_of_executed_units:\s*(\d+)|^#(\d+)[:\t]", log, re.MULTILINE)
        coverage = re.findall(r"cov: (\d+)", log)
        return max((int(a or b) for a, b in counts), default=0), int(coverage[-1]) if coverage else 0

    def judge(self, log):
        """What the inputs in `findings` do, by themselves: faults of ours and of others, each with an input's path. Where
        one does nothing by itself, the stacks of the run tell."""
        ours, theirs = {}, {}
        for finding in sorted(self.findings.iterdir()):
            if finding.name.startswith("slow-unit"):
                continue
            again = self.call(*self.limits, finding, timeout=600)
            if again.returncode == 0:
                # Time and memory of a process that had run many inputs, or that was kept waiting.
                if finding.name.startswith(("crash", "leak")):
                    frames = {innermost(report.read_text(errors="replace")) for report in self.reports.iterdir()}
                    are_theirs = frames and all(map(THEIRS.search, frames)) and "deadly signal" not in log
                    (theirs if are_theirs else ours)[" ".join(["not when run alone", *sorted(frames)])] = finding
                continue
            fault = re.search(r"FAULT: [^:]*|ERROR: [^(]*?(?= on |\()|runtime error: .*", again.stdout)
            frame = innermost(again.stdout)
            faults = theirs if THEIRS.search(frame) else ours
            faults.setdefault(f"{fault.group() if fault else 'ended'} {frame}", finding)
        return [[f"{what}: {finding}" for what, finding in faults.items()] for faults in (ours, theirs)]

    def keep(self, most):
        """Puts the fewest inputs that reach all that is reached, of at most `most` bytes each, into the archive."""
        merged = Path(tempfile.mkdtemp(dir=self.environment["TMPDIR"]))
        self.call("-merge=1", f"-max_len={most}", *self.limits, merged, self.kept, self.folder / "corpus")
        self.archive.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(self.archive, "w", zipfile.ZIP_DEFLATED) as archive:
            for unit in sorted(merged.iterdir()):
                archive.writestr(zipfile.ZipInfo(unit.name), unit.read_bytes(), zipfile.ZIP_DEFLATED)


def innermost(text):
    """The first line of a stack that belongs to no runtime library, without addresses."""
    for frame in re.findall(r"^\s*#\d+ 0x[0-9a-f]+ +(.*)$", text, re.MULTILINE):
        if not RUNTIME.search(frame):
            return re.sub(r"0x[0-9a-f]+|\(BuildId.*", "", frame)
    return "nothing that is known"


def main():
    parser = argparse.ArgumentParser(description="Runs the fuzzers and sorts what they find.")
    parser.add_argument("build", type=Path)
    parser.add_argument("seconds", type=int, nargs="?", default=120, help="for each fuzzer")
    parser.add_argument("names", nargs="*", help="of fuzzers; default: all")
    parser.add_argument("--jobs", type=int, default=int(os.environ.get("JOBS") or os.cpu_count()))
    parser.add_argument("--keep", type=int, metavar="BYTES",
                        help="afterwards rewrite fuzz/corpus with inputs of at most so many bytes")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    seeds = build / "fuzzing" / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    subprocess.run([build / "bin" / "FourDSTEMWriteSeeds", seeds], check=True)
    memory = Path("/dev/shm")
    good = True
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as temporary:
        programs = {program.name[len("Fuzz") :]: program for program in sorted(build.glob("bin/Fuzz*"))}
        if unknown := set(arguments.names) - set(programs):
            parser.error(f"no fuzzer {', '.join(sorted(unknown))}; there are {', '.join(programs)}")
        # The findings of others stay.
        fuzzers = [Fuzzer(programs[name], build, temporary) for name in arguments.names or programs]
        print(f"{'fuzzer':<14}{'executions':>12}{'coverage':>10}{'faults':>8}{'of HDF5':>9}", flush=True)
        with ThreadPoolExecutor(arguments.jobs) as pool:
            results = pool.map(lambda fuzzer: fuzzer.run(arguments.seconds), fuzzers)
            for fuzzer, ((executions, coverage), ours, theirs) in zip(fuzzers, results):
                print(f"{fuzzer.name:<14}{executions:>12}{coverage:>10}{len(ours):>8}{len(theirs):>9}", flush=True)
                print("".join(f"  {line}\n" for line in ours + theirs), end="", flush=True)
                good &= not ours and executions > 0
            if arguments.keep:
                list(pool.map(lambda fuzzer: fuzzer.keep(arguments.keep), fuzzers))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
