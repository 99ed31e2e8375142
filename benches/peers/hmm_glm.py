"""One E-step and one round of expectation-maximisation of a Poisson GLM with hidden states, in NumPy and PyTorch.

    python benches/peers/hmm_glm.py              # runs the Rust side first
    python benches/peers/hmm_glm.py TIMES DATA   # what `hmm_glm_times DATA` printed, and the file that it wrote

Needs numpy and torch. Both sides have the same counts, the same model in the E-step (its log-likelihood must agree), and the
same number of threads. NumPy takes all trials at once, step by step in time, in scaled probabilities where that is safe.
PyTorch does what the paper's code does: one trial after the other, log-sum-exp, 50 steps of autograd and Adam; in f32, as there,
and with all trials in one batch in the steps, which is faster than there. Ours is in f64.
"""

import json
import os
import sys
import tempfile

import numpy as np
import torch
from common import median, printed


def e_step_numpy(data, counts, history):
    """Posteriors of all trials: log emissions, scaled forward and backward passes over the batch."""
    weights, bias, transition = data["weights"], data["bias"], data["transition"]
    states, neurons = weights.shape[:2]
    trials, bins = counts.shape[:2]
    drive = (history.reshape(-1, neurons) @ weights.reshape(-1, neurons).T).reshape(trials, bins, states, neurons) + bias
    log_rate = -np.logaddexp(0, -drive)
    emission = (counts[:, :, None] * log_rate - np.exp(log_rate)).sum(-1)
    emission -= np.where(counts > 1, data["log_factorial"][counts.astype(int)], 0).sum(-1)[..., None]
    top = emission.max(-1, keepdims=True)
    scaled = np.exp(emission - top)
    forward, backward, scale = np.empty_like(scaled), np.ones_like(scaled), np.empty((trials, bins))
    present = scaled[:, 0] / states
    for t in range(bins):
        if t:
            present = (forward[:, t - 1] @ transition) * scaled[:, t]
        scale[:, t] = present.sum(-1)
        forward[:, t] = present / scale[:, t, None]
    for t in range(bins - 2, -1, -1):
        backward[:, t] = (backward[:, t + 1] * scaled[:, t + 1]) @ transition.T / scale[:, t + 1, None]
    posterior = forward * backward
    ahead = backward[:, 1:] * scaled[:, 1:] / scale[:, 1:, None]
    pairs = np.einsum("bti,ij,btj->ij", forward[:, :-1], transition, ahead, optimize=True)
    return (np.log(scale) + top[..., 0]).sum(), posterior, pairs


def e_step_torch(parameters, transition, counts, history):
    """The same, trial by trial and in logarithms."""
    bias, weights = parameters
    posteriors, total = [], 0.0
    log_transition = transition.log()
    with torch.no_grad():
        for x, c in zip(counts, history):
            rate = torch.sigmoid(bias[None, None] + torch.einsum("snm,tm->stn", weights, c))
            emission = (x * (rate + 1e-8).log() - rate - torch.lgamma(x + 1)).sum(-1).T
            bins, states = emission.shape
            forward, backward = torch.zeros(bins, states), torch.zeros(bins, states)
            forward[0] = emission[0] - np.log(states)
            for t in range(1, bins):
                forward[t] = emission[t] + torch.logsumexp(log_transition.T + forward[t - 1], dim=1)
            for t in range(bins - 2, -1, -1):
                backward[t] = torch.logsumexp(log_transition + backward[t + 1] + emission[t + 1], dim=1)
            total += torch.logsumexp(forward[-1], dim=0)
            posteriors.append(torch.softmax(forward + backward, dim=1))
            joint = forward[:-1, :, None] + log_transition + (backward + emission)[1:, None]
            torch.softmax(joint.reshape(bins - 1, -1), dim=1).sum(0)
    return total, torch.stack(posteriors)


def round_torch(data, counts, history, steps):
    """E-step, then steps of Adam on the expected log-likelihood."""
    torch.manual_seed(0)
    states, neurons = data["weights"].shape[:2]
    bias = torch.zeros(neurons, requires_grad=True)
    weights = (torch.randn(states, neurons, neurons) / 3).requires_grad_()
    transition = torch.tensor(data["transition"], dtype=torch.float32)
    optimizer = torch.optim.Adam([bias, weights], lr=0.01)

    def work():
        _, posterior = e_step_torch((bias, weights), transition, counts, history)
        for _ in range(steps):
            rate = torch.sigmoid(bias + torch.einsum("snm,btm->btsn", weights, history))
            emission = (counts[:, :, None] * (rate + 1e-8).log() - rate).sum(-1)
            loss = -(posterior * emission).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return work


def main():
    path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(tempfile.mkdtemp(), "data.json")
    ours = json.loads(printed("hmm_glm_times", path))
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    torch.set_num_threads(ours["threads"])
    states, neurons, bins = data["states"], data["neurons"], data["bins"]
    counts = np.array(data["counts"]).reshape(-1, bins, neurons)
    data["weights"] = np.array(data["weights"]).reshape(states, neurons, neurons)
    data["transition"] = np.array(data["transition"]).reshape(states, states)
    data["bias"] = np.array(data["bias"])
    data["log_factorial"] = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, counts.max() + 1)))])
    history = np.zeros_like(counts)
    for lag, influence in enumerate(data["basis"], start=1):
        history[:, lag:] += influence * counts[:, :-lag]

    log_likelihood = e_step_numpy(data, counts, history)[0]
    assert np.isclose(log_likelihood, ours["log_likelihood"], rtol=1e-10), (log_likelihood, ours["log_likelihood"])
    counts32, history32 = (torch.tensor(x, dtype=torch.float32) for x in (counts, history))
    given = [torch.tensor(data[name], dtype=torch.float32) for name in ("bias", "weights")]
    transition = torch.tensor(data["transition"], dtype=torch.float32)
    assert np.isclose(float(e_step_torch(given, transition, counts32, history32)[0]), log_likelihood, rtol=1e-4)

    theirs = {
        "numpy E-step": median(lambda: e_step_numpy(data, counts, history), 5),
        "torch E-step": median(lambda: e_step_torch(given, transition, counts32, history32), 1),
        "torch round": median(round_torch(data, counts32, history32, ours["steps"]), 1),
    }
    print(f"{counts.shape[0]} trials of {bins} bins, {states} states, {neurons} neurons, {ours['threads']} threads")
    print(f"numpy {np.__version__}, torch {torch.__version__}; milliseconds, and in brackets how many times Fascicle's\n")
    rows = [("E-step", ours["e_step"], ["numpy E-step", "torch E-step"])]
    rows += [(f"round, {when}, no prior", ours["round"]["plain"][when], [None, "torch round"]) for when in ("first", "median")]
    rows += [(f"round, median, {name}", ours["round"][name]["median"], []) for name in ("gaussian", "one-hot")]
    print("".join(f"{column:>26}" for column in ["work", "Fascicle", "NumPy", "PyTorch"]))
    for name, mine, others in rows:
        cells = [f"{theirs[other] * 1e3:.1f} ({theirs[other] / mine:.1f})" if other else "–" for other in others]
        print("".join(f"{cell:>26}" for cell in [name, f"{mine * 1e3:.1f}", *cells]))


if __name__ == "__main__":
    main()
