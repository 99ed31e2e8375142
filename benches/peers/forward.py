"""A transformer's forward pass in PyTorch and in Fascicle, turn by turn, in one table.

    python benches/peers/forward.py          # 15 rounds
    python benches/peers/forward.py 41

Needs torch and transformers. Both sides use the same sizes, f32 and the same number of threads; weights are random, since
time does not depend on them. PyTorch runs op by op (not compiled), with its attention written out ("eager", which is
what gives attention patterns) and fused ("sdpa"). In each round every one runs once, after a pause in which threads that wait
for work by turning go to sleep; ratios are medians of the rounds' ratios, with the middle half of them in brackets.
"""

import json
import statistics
import subprocess
import sys
import time

import torch
import transformers
from common import built
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

MINILM = BertConfig(
    vocab_size=30522,
    hidden_size=384,
    num_hidden_layers=6,
    num_attention_heads=12,
    intermediate_size=1536,
    max_position_embeddings=512,
)
MODELS = {
    "minilm": (BertModel, MINILM, 32, 128),  # class, settings, batch, positions
    "gpt2": (GPT2LMHeadModel, GPT2Config(), 4, 128),  # 12 layers, 768 wide, 12 heads, 50257 logits
}
OURS = {"minilm": ["forward", "streams"], "gpt2": ["forward", "streams", "last"]}
PAUSE = 0.3


class Fascicle:
    """The Rust side, waiting for requests."""

    def __init__(self):
        command = [built("example", "forward_times")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())

    def seconds(self, model, work):
        print(model, work, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def peer(name, attention):
    """A function that gives the seconds of one forward pass in PyTorch."""
    kind, config, batch, positions = MODELS[name]
    torch.manual_seed(1)
    model = kind._from_config(config, attn_implementation=attention).eval()
    input_ids = torch.randint(config.vocab_size, (batch, positions))
    settings = {"use_cache": False} if name == "gpt2" else {}

    def seconds():
        with torch.inference_mode():
            start = time.perf_counter()
            model(input_ids=input_ids, **settings)
            return time.perf_counter() - start

    return seconds


def times(fascicle, name, rounds):
    """Seconds of each round, by what ran."""
    runners = {work: lambda work=work: fascicle.seconds(name, work) for work in OURS[name]}
    runners |= {f"torch {attention}": peer(name, attention) for attention in ("eager", "sdpa")}
    taken = {runner: [] for runner in runners}
    names = list(runners)
    for round in range(-1, rounds):
        # each comes first, second, … equally often; the first round does not count
        turn = round % len(names)
        for runner in names[turn:] + names[:turn]:
            time.sleep(PAUSE)
            seconds = runners[runner]()
            if round >= 0:
                taken[runner].append(seconds)
    return taken


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    transformers.logging.set_verbosity_error()
    fascicle = Fascicle()
    torch.set_num_threads(fascicle.about["threads"])
    print(f"{fascicle.about}, torch {torch.__version__}, transformers {transformers.__version__}, f32, {rounds} rounds")
    print("milliseconds, and how many times fascicle's forward\n")
    for name, (_, _, batch, positions) in MODELS.items():
        print(f"{name}, {batch} x {positions} tokens")
        taken = times(fascicle, name, rounds)
        for runner, seconds in taken.items():
            ratios = [other / own for other, own in zip(seconds, taken["forward"])]
            low, middle, high = statistics.quantiles(ratios, n=4)
            median = statistics.median(seconds) * 1e3
            print(f"  {runner:<12}{median:>10.1f}{middle:>8.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
