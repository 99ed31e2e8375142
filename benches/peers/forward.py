"""A transformer's forward pass in PyTorch, next to Fascicle's times, in one table.

    python benches/peers/forward.py             # runs the Rust side first
    python benches/peers/forward.py times.jsonl # reads what `forward_times` printed

Needs torch and transformers. Both sides use the same sizes, f32 and the same number of threads; weights are random, since
time does not depend on them. PyTorch runs op by op (not compiled), with its attention written out ("eager", which is
what gives attention patterns) and fused ("sdpa").

`forward_times` prints a line of JSON for each model it has timed:
{"model": "minilm", "device": "…", "threads": 2, "batch": 32, "positions": 128, "seconds": 0.5}, `seconds` the median of its runs.
"""

import json
import sys

import torch
import transformers
from common import median, printed
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


def peer(name, attention):
    """Seconds of one forward pass in PyTorch."""
    kind, config, batch, positions = MODELS[name]
    torch.manual_seed(1)
    model = kind._from_config(config, attn_implementation=attention).eval()
    input_ids = torch.randint(config.vocab_size, (batch, positions))
    with torch.inference_mode():
        return median(lambda: model(input_ids=input_ids, **({"use_cache": False} if name == "gpt2" else {})), 9)


def ours():
    """What the Rust side measured, by model."""
    lines = printed("forward_times")
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    for row in rows:
        batch, positions = MODELS[row["model"]][2:]
        if (row["batch"], row["positions"]) != (batch, positions):
            sys.exit(
                f"{row['model']}: {row['batch']} x {row['positions']} tokens there, {batch} x {positions} here"
            )
    return rows


def main():
    transformers.logging.set_verbosity_error()
    rows = ours()
    print(f"fascicle, torch {torch.__version__}, transformers {transformers.__version__}, f32")
    print("milliseconds, and in brackets how many times fascicle's\n")
    columns = ["model", "tokens", "device", "threads", "fascicle", "torch eager", "torch sdpa"]
    print("".join(f"{column:>18}" for column in columns))
    for row in rows:
        torch.set_num_threads(row["threads"])
        mine = row["seconds"]
        cells = [row["model"], f"{row['batch']} x {row['positions']}", row["device"], str(row["threads"])]
        cells.append(f"{mine * 1e3:.1f}")
        for attention in ("eager", "sdpa"):
            theirs = peer(row["model"], attention)
            cells.append(f"{theirs * 1e3:.1f} ({theirs / mine:.2f})")
        print("".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
