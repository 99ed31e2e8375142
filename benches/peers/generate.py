"""Tokens a second of GPT-2 small in transformers, next to Fascicle's, in one table.

    python benches/peers/generate.py             # runs the Rust side first
    python benches/peers/generate.py times.jsonl # reads what `generate_times` printed

Needs torch and transformers. Both sides use the same sizes, f32, kept keys and values and the same number of threads; weights
are random, since time does not depend on them. The reading of the prompts, up to the first token, does not count. The peer is
`generate`, greedy, op by op (not compiled), its attention fused ("sdpa").

`generate_times` prints a line of JSON for each number of texts:
{"model": "gpt2", "device": "…", "threads": 2, "texts": 1, "prompt": 32, "new": 33, "tokens_per_second": 20.0}.
"""

import json

import torch
import transformers
from common import median, printed
from transformers import GPT2Config, GPT2LMHeadModel


def peer(model, texts, prompt, new):
    """Tokens a second after the first of each text."""
    input_ids = torch.randint(model.config.vocab_size, (texts, prompt))

    def run(count):
        model.generate(
            input_ids,
            attention_mask=torch.ones_like(input_ids),
            min_new_tokens=count,
            max_new_tokens=count,
            do_sample=False,
            pad_token_id=model.config.eos_token_id,
        )

    with torch.inference_mode():
        others = median(lambda: run(new), 5) - median(lambda: run(1), 5)
    return texts * (new - 1) / others


def ours():
    """What the Rust side measured, by number of texts."""
    lines = printed("generate_times")
    return [json.loads(line) for line in lines.splitlines() if line.strip()]


def main():
    transformers.logging.set_verbosity_error()
    rows = ours()
    torch.manual_seed(1)
    model = GPT2LMHeadModel._from_config(GPT2Config(), attn_implementation="sdpa").eval()
    print(f"fascicle, torch {torch.__version__}, transformers {transformers.__version__}, f32")
    print("tokens a second of all texts together, and in brackets how many times the peer's fascicle's are\n")
    columns = ["model", "texts", "device", "threads", "fascicle", "transformers"]
    print("".join(f"{column:>18}" for column in columns))
    for row in rows:
        torch.set_num_threads(row["threads"])
        mine = row["tokens_per_second"]
        theirs = peer(model, row["texts"], row["prompt"], row["new"])
        cells = [row["model"], str(row["texts"]), row["device"], str(row["threads"])]
        cells += [f"{mine:.1f}", f"{theirs:.1f} ({mine / theirs:.2f})"]
        print("".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
