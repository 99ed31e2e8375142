"""Non-negative factorisation of one tensor in numpy and tensorly, next to Fascicle's times, in one table.

    python benches/peers/ntf.py            # builds and runs the Rust side too
    python benches/peers/ntf.py PATH       # with an `ntf_times` that is built

Needs numpy and tensorly. The tensor is time x worm x pair, three planted components with noise, f64; all sides start from the
same factors and do as many sweeps with the same number of threads, and their relative errors stand beside the times.
numpy's is HALS as Fascicle does it (the products by BLAS, the tensor times the last factor shared); tensorly's is its own
`non_negative_parafac_hals`, which repeats the updates of a mode inside each sweep. With a third of the worms' pairs missing, numpy
fills the gaps from the model before each mode (as tensortools' `ncp_hals` does), and tensorly has multiplicative updates alone.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

THREADS = str(len(os.sched_getaffinity(0)))
os.environ.setdefault("OMP_NUM_THREADS", THREADS)
os.environ.setdefault("OPENBLAS_NUM_THREADS", THREADS)

# the number of threads is read when numpy is imported
import numpy as np
import tensorly as tl
from common import built
from tensorly.decomposition import non_negative_parafac, non_negative_parafac_hals


SHAPES = [(240, 6, 780), (600, 20, 1770)]  # 40 and 60 neurons
RANKS = (3, 8)
SWEEPS = 20


def least(runs, work, *arguments, **keywords):
    """Seconds of the fastest run, and what it gave."""
    seconds, result = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        result = work(*arguments, **keywords)
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def planted(shape, rng):
    """Three sparse components and a tenth of noise."""
    factors = [rng.random((size, 3)) * (rng.random((size, 3)) > 0.4) for size in shape]
    tensor = np.einsum("ir,jr,kr->ijk", *factors)
    return tensor + 0.1 * tensor.std() * rng.random(shape)


def hals(tensor, start, sweeps, observed=None):
    """HALS in numpy; with a mask, gaps are filled from the model before each mode."""
    factors = [factor.copy() for factor in start]
    times, worms, pairs = tensor.shape
    rank = factors[0].shape[1]
    filled = tensor.copy() if observed is not None else tensor
    for _ in range(sweeps):
        folded = None
        for mode in range(3):
            if observed is not None:
                np.copyto(filled, np.einsum("ir,jr,kr->ijk", *factors, optimize=True), where=~observed)
                folded = None
            matrix = filled.reshape(times * worms, pairs)
            if mode < 2 and folded is None:
                folded = (matrix @ factors[2]).reshape(times, worms, rank)
            if mode == 0:
                target = np.einsum("twr,wr->tr", folded, factors[1])
            elif mode == 1:
                target = np.einsum("twr,tr->wr", folded, factors[0])
            else:
                scales = (factors[0][:, None] * factors[1][None]).reshape(times * worms, rank)
                target = (scales.T @ matrix).T
            others = [factors[other] for other in range(3) if other != mode]
            gram = (others[0].T @ others[0]) * (others[1].T @ others[1])
            factor = factors[mode]
            for c in range(rank):
                step = (target[:, c] - factor @ gram[:, c]) / gram[c, c]
                factor[:, c] = np.maximum(factor[:, c] + step, 1e-16)
    return factors


def error(tensor, factors, observed=None):
    """The relative error over what was observed."""
    residual = tensor - np.einsum("ir,jr,kr->ijk", *factors, optimize=True)
    weight = 1.0 if observed is None else observed
    return np.linalg.norm(residual * weight) / np.linalg.norm(tensor * weight)


def ours(binary, tensor, start, sweeps):
    """Fascicle's line for one tensor."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(np.ascontiguousarray(tensor, "<f8").tobytes())
        for factor in start:
            file.write(np.ascontiguousarray(factor.T, "<f8").tobytes())
        file.flush()
        arguments = [*tensor.shape, start[0].shape[1], sweeps]
        command = [binary, file.name, *map(str, arguments)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(binary, tensor, start, observed=None):
    """Prints the lines of one tensor."""
    shape, rank = tensor.shape, start[0].shape[1]
    print(f"\n{' x '.join(map(str, shape))}, rank {rank}{'' if observed is None else ', with gaps'}")
    line = ours(binary, tensor if observed is None else np.where(observed, tensor, np.nan), start, SWEEPS)
    mine = line["seconds"] / line["sweeps"]

    def row(name, seconds, relative):
        print(f"{name:>30}{seconds * 1e3:>14.2f}{seconds / mine:>10.1f}{relative:>14.6f}")

    row("fascicle", mine, line["error"])
    held = tensor if observed is None else np.where(observed, tensor, 0)
    seconds, factors = least(3, hals, held, start, SWEEPS, observed)
    row("numpy", seconds / SWEEPS, error(tensor, factors, observed))
    settings = {
        "rank": rank,
        "n_iter_max": SWEEPS,
        "init": (np.ones(rank), [factor.copy() for factor in start]),
        "tol": 0,
    }
    if observed is None:
        seconds, result = least(1, non_negative_parafac_hals, held, **settings)
    else:
        seconds, result = least(1, non_negative_parafac, held, mask=observed, **settings)
    factors = [result.factors[0] * result.weights, *result.factors[1:]]
    row("tensorly", seconds / SWEEPS, error(tensor, factors, observed))


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else built("example", "ntf_times")
    rng = np.random.default_rng(1)
    print(f"numpy {np.__version__}, tensorly {tl.__version__}, {THREADS} threads, {SWEEPS} sweeps")
    print(f"{'':>30}{'ms a sweep':>14}{'times':>10}{'error':>14}")
    for shape in SHAPES:
        tensor = planted(shape, rng)
        for rank in RANKS:
            compare(binary, tensor, [rng.random((size, rank)) for size in shape])
    shape, rank = SHAPES[0], RANKS[0]
    observed = np.broadcast_to(rng.random(shape[1:]) > 1 / 3, shape).copy()
    observed[:, 0] = True  # every pair is in some worm
    compare(binary, planted(shape, rng), [rng.random((size, rank)) for size in shape], observed)


if __name__ == "__main__":
    main()
