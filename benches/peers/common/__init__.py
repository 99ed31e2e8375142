"""What the scripts beside this folder share: the Rust side built, run and read, and a median of times."""

import os
import statistics
import subprocess
import sys
import time


def built(kind, name):
    """The path of a binary ("bin") or an example ("example"), built by cargo."""
    # the whole workspace, so that burn keeps the features it was built with
    subprocess.run(["cargo", "build", "--quiet", "--workspace", f"--{kind}", name], check=True)
    folder = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "debug")
    return os.path.join(folder, name) if kind == "bin" else os.path.join(folder, "examples", name)


def printed(example, *arguments):
    """What the script's first argument holds, else what the example prints with these arguments."""
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            return file.read()
    command = [built("example", example), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def median(work, runs):
    """Median seconds of one run, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
