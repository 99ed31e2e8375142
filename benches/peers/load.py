"""From the start of a process to the first outputs of a model on disk, in Fascicle and in transformers.

    python benches/peers/load.py FOLDER INPUTS.safetensors [--binary PATH] [--device NAME] [--runs N]

Needs torch, transformers and safetensors. FOLDER is a model as transformers writes it, INPUTS what `fascicle run --inputs` takes.
Fascicle's time is that of `fascicle run` as a whole; the peer is a fresh Python that imports, loads and runs the same
model, of which loading and running alone are shown as well. Memory is the process's peak, as a multiple of the weights' bytes.
The first run of each warms the disk's cache and does not count.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import built


PEER = """
import json, sys, time
import torch, transformers
from safetensors.torch import load_file
imported = time.perf_counter()
folder, inputs = sys.argv[1:]
kind = getattr(transformers, json.load(open(folder + "/config.json"))["architectures"][0])
known = ("input_ids", "attention_mask", "token_type_ids", "pixel_values", "noise")
inputs = {key: x for key, x in load_file(inputs).items() if key in known}
model = kind.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
with torch.inference_mode():
    model(**inputs)
print(json.dumps(time.perf_counter() - imported))
"""


def measured(command):
    """Seconds and peak bytes of a process, and what it printed."""
    with tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status  # waited for
        seconds = time.perf_counter() - start
        if status:
            errors.seek(0)
            sys.exit(f"{command[0]} failed:\n{errors.read()}")
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return seconds, usage.ru_maxrss * unit, out


def medians(command, runs):
    """Median seconds, median peak bytes, and what each run printed."""
    measured(command)
    seconds, peaks, printed = zip(*(measured(command) for _ in range(runs)))
    return statistics.median(seconds), statistics.median(peaks), printed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("inputs", type=Path)
    parser.add_argument("--binary", help="a built `fascicle` (default: build it)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    binary = args.binary or built("bin", "fascicle")
    files = [f for pattern in ("model*.safetensors", "pytorch_model*.bin") for f in args.folder.glob(pattern)]
    if not files:
        sys.exit(f"{args.folder}: no model*.safetensors and no pytorch_model*.bin")
    weights = sum(f.stat().st_size for f in files)

    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out.safetensors")
        run = [binary, "run", str(args.folder), "--inputs", str(args.inputs)]
        mine = medians([*run, "--device", args.device, "--out", out], args.runs)
    peer = medians([sys.executable, "-c", PEER, str(args.folder), str(args.inputs)], args.runs)
    after_import = statistics.median(json.loads(out) for out in peer[2])

    print(f"{args.folder}, {weights / 1e6:.1f} MB of weights, median of {args.runs} runs\n")
    print(f"{'':24}{'ms':>10}{'times fascicle':>16}{'peak MB':>10}{'times weights':>16}")
    rows = [(f"fascicle ({args.device})", *mine[:2]), ("transformers", *peer[:2])]
    rows.append(("  without its imports", after_import, None))
    for name, seconds, peak in rows:
        memory = f"{peak / 1e6:>10.1f}{peak / weights:>16.2f}" if peak else ""
        print(f"{name:24}{seconds * 1e3:>10.1f}{seconds / mine[0]:>16.2f}{memory}")


if __name__ == "__main__":
    main()
