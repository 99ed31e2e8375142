"""The network of `reference.rs` written in PyTorch: prints reference.json. Run: python reference.py > reference.json"""

import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
NEURONS, BINS, E, HEADS = 4, 15, 8, 2
SOS, EOS, PAD, DT_EOS, DT_PAD = NEURONS, NEURONS + 1, NEURONS + 2, BINS, BINS + 1


def parameter(name, *shape):
    """0.3 sin(1.3 i + phase of the name), about 1 for the gains of norms."""
    phase = sum(name.encode()) % 97 / 10
    values = 0.3 * torch.sin(1.3 * torch.arange(math.prod(shape), dtype=torch.float64) + phase)
    return values.reshape(shape) + (1 if name.endswith("gain") else 0)


def dense(x, name, inputs, outputs, bias=True):
    y = x @ parameter(f"{name}.weight", inputs, outputs)
    return y + parameter(f"{name}.bias", outputs) if bias else y


def norm(x, name):
    return F.layer_norm(x, (E,), parameter(f"{name}.gain", E), parameter(f"{name}.bias", E))


def block(x, source, blocked, name):
    split = lambda y: y.unflatten(-1, (HEADS, E // HEADS)).transpose(1, 2)
    of = lambda y, part: split(dense(y, f"{name}.attention.{part}", E, E))
    q, k, v = of(norm(x, f"{name}.norm_1"), "q"), of(source, "k"), of(source, "v")
    attended = F.scaled_dot_product_attention(q, k, v, attn_mask=~blocked)
    x = x + dense(attended.transpose(1, 2).flatten(-2), f"{name}.attention.o", E, E)
    inner = F.gelu(dense(norm(x, f"{name}.norm_2"), f"{name}.up", E, 4 * E))
    return norm(x + dense(inner, f"{name}.down", 4 * E, E), f"{name}.norm_out")


def embed(ids, dts, positions, block_size):
    rates = torch.exp(torch.arange(0, E, 2) * (-math.log(10000.0) / E))
    angles = dts.double().unsqueeze(-1) * rates
    times = torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)
    table = parameter(f"{positions}.weight", block_size, E)[: ids.shape[1]]
    return parameter("token.weight", NEURONS + 3, E)[ids] + times + table


def padded(rows, fill):
    width = max(map(len, rows))
    return torch.tensor([row + [fill] * (width - len(row)) for row in rows])


current = [[(0, 0), (2, 1), (1, 4)], [], [(3, 2)]]
past = [[(3, 2), (0, 14)], [], [(1, 0), (1, 3), (2, 9)]]
behaviour = torch.tensor([[0.5, -1.0], [0.1, 0.2], [-0.7, 0.3]])
stimulus = torch.sin(torch.arange(18).double()).reshape(3, 2, 3)

ids = [[SOS] + [n for n, _ in w] + [EOS] for w in current]
dts = [[0] + [t for _, t in w] + [DT_EOS] for w in current]
x_ids, x_dts = padded([row[:-1] for row in ids], PAD), padded([row[:-1] for row in dts], DT_PAD)
y_ids, y_dts = padded([row[1:] for row in ids], PAD), padded([row[1:] for row in dts], DT_PAD)
p_ids = padded([[SOS] + [n for n, _ in w] + [EOS] for w in past], PAD)
p_dts = padded([[0] + [t for _, t in w] + [DT_EOS] for w in past], DT_PAD)

length = x_ids.shape[1]
causal = torch.ones(length, length, dtype=torch.bool).triu(1) | (x_ids == PAD)[:, None, None, :]
x = embed(x_ids, x_dts, "position", 6)
p = embed(p_ids, p_dts, "past_position", 6)
s = dense(stimulus, "stimulus_in", 3, E) + parameter("stimulus_position.weight", 2, E)
x = block(x, x, causal, "encoder.0")
x = block(x, p, (p_ids == PAD)[:, None, None, :].expand(-1, 1, length, -1), "past.0")
x = block(x, s, torch.zeros(3, 1, length, 2, dtype=torch.bool), "stimulus.0")
x = block(x, x, causal, "current.0")
id_logits = dense(x, "head_id", E, NEURONS + 3, bias=False)
dt_logits = dense(x, "head_dt", E, BINS + 2, bias=False)
real = (x_ids != PAD).double().unsqueeze(-1)
state = (x * real).sum(1) / real.sum(1)

id_loss = F.cross_entropy(id_logits.flatten(0, 1), y_ids.flatten(), ignore_index=PAD)
dt_loss = F.cross_entropy(dt_logits.flatten(0, 1), y_dts.flatten(), ignore_index=DT_PAD)
behaviour_loss = F.mse_loss(dense(state, "head_behaviour", E, 2), behaviour)
left = F.normalize(dense(state, "contrast_state", E, 5, bias=False), dim=-1)
right = F.normalize(dense(behaviour, "contrast_partner", 2, 5, bias=False), dim=-1)
cosines = 0.5 * left @ right.T
own = torch.arange(3)
contrastive = (F.cross_entropy(cosines, own) + F.cross_entropy(cosines.T, own)) / 2
total = 0.75 * (0.6 * id_loss + 0.4 * dt_loss) + 0.25 * contrastive + behaviour_loss

print(json.dumps({
    "made_by": "python reference.py > reference.json, with torch " + torch.__version__.split("+")[0],
    "id": id_loss.item(),
    "dt": dt_loss.item(),
    "contrastive": contrastive.item(),
    "behaviour": behaviour_loss.item(),
    "total": total.item(),
    "state": state.flatten().tolist(),
    "last_id_logits_of_first_window": id_logits[0, -1].tolist(),
}, indent=1))
