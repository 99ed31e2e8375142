"""The work of `benches/csr.rs` in PyTorch and SciPy, next to Fascicle's times, in one table.

    python benches/peers/csr.py            # runs the Rust side first
    python benches/peers/csr.py times.json # reads what `csr_times` printed

Needs numpy, scipy and torch. Both sides use the same sizes, densities and number of threads (SciPy's
product runs on one). A step is the product and the gradients for the input and the values; PyTorch gets it
as the same three products, with the transposed matrix built beforehand, as Fascicle's is.
"""

import json
import warnings

import numpy as np
import scipy.sparse
import torch
from common import median, printed

RUNS = 31  # as on the Rust side


def peers(n, cols, rows, density):
    """Seconds of PyTorch's and SciPy's sparse products."""
    rng = np.random.default_rng(1)
    mask = rng.random((rows, cols)) < density
    dense = np.where(mask, rng.uniform(-1, 1, (rows, cols)), 0).astype(np.float32)
    x = torch.from_numpy(rng.uniform(-1, 1, (n, cols)).astype(np.float32))
    grad = torch.ones(n, rows)

    w = torch.from_numpy(dense).to_sparse_csr()
    w_t = torch.from_numpy(np.ascontiguousarray(dense.T)).to_sparse_csr()
    pattern = torch.sparse_csr_tensor(w.crow_indices(), w.col_indices(), torch.zeros_like(w.values()), w.shape)
    w_scipy = scipy.sparse.csr_array(dense)
    x_numpy = x.numpy()

    def forward():
        return (w @ x.T).T

    def step():
        forward()
        dx = (w_t @ grad.T).T
        dv = torch.sparse.sampled_addmm(pattern, grad.T, x, beta=0.0)
        return dx, dv

    expected = x.numpy() @ dense.T
    assert np.allclose(forward().numpy(), expected, atol=1e-3)
    assert np.allclose((w_scipy @ x_numpy.T).T, expected, atol=1e-3)
    return {
        "torch forward": median(forward, RUNS),
        "torch step": median(step, RUNS),
        "scipy forward": median(lambda: (w_scipy @ x_numpy.T).T, runs=7),
    }


def dense_peer(n, cols, rows):
    """Seconds of PyTorch's dense product, forward and as a step."""
    w = torch.rand(rows, cols)
    x = torch.rand(n, cols)
    grad = torch.ones(n, rows)

    def step():
        return x @ w.T, grad @ w, grad.T @ x

    return median(lambda: x @ w.T, RUNS), median(step, RUNS)


def main():
    warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
    ours = json.loads(printed("csr_times"))
    torch.set_num_threads(ours["threads"])
    size = (ours["n"], ours["cols"], ours["rows"])
    print(f"x [{size[0]}, {size[1]}], W [{size[2]}, {size[1]}], f32, {ours['threads']} threads, {ours['device']}")
    print(f"fascicle on {ours['device']}, torch {torch.__version__}, scipy {scipy.__version__}")
    print("milliseconds, and in brackets how many times fascicle's\n")
    columns = ["density", "work", "fascicle", "burn dense", "torch CSR", "torch dense", "scipy CSR"]
    print("".join(f"{column:>18}" for column in columns))
    torch_dense = dict(zip(("forward", "step"), dense_peer(*size)))
    for row in ours["sparse"]:
        theirs = peers(*size, row["density"])
        for work in ("forward", "step"):
            mine = row[work]
            others = [
                ours["dense"][work],
                theirs[f"torch {work}"],
                torch_dense[work],
                theirs.get(f"scipy {work}"),
            ]
            cells = [f"{row['density']:.0%}", work, f"{mine * 1e3:.2f}"]
            cells += [f"{t * 1e3:.2f} ({t / mine:.1f})" if t else "–" for t in others]
            print("".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
