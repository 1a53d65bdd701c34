"""Makes search-steps.json: AutoAttack's APGD and Square on a small smooth net, step for step, in float64.

    OMP_NUM_THREADS=1 python search-steps.py > search-steps.json

Needs torch and pyautoattack 0.2.0. Images are flattened as NHWC.
"""

import json
import sys

import numpy as np
import torch
from pyautoattack import autopgd_base, square

torch.set_default_dtype(torch.float64)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(6 * 6 * 3, 16)
        self.second = torch.nn.Linear(16, 6)
        self.seen = []

    def forward(self, x):
        self.seen.append(x.detach().clone())
        flat = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return self.second(torch.tanh(self.first(flat)))


def rounded(values, digits):
    return np.round(values.detach().numpy().astype(float), digits)


def nhwc(x, digits=6):
    return rounded(x.permute(0, 2, 3, 1), digits).flatten().tolist()


torch.manual_seed(7)
net = Net().eval()
with torch.no_grad():
    net.first.weight.normal_(0, 0.3)
    net.second.weight.normal_(0, 0.8)
    for p in net.parameters():
        p.copy_(torch.round(p * 1000) / 1000)
x = torch.round(torch.rand(4, 3, 6, 6) * 1000) / 1000
x[0, :, 0, 0] = 0
x[1, :, 2, 1] = 1
labels = net(x).argmax(1)
targets = (labels + 2) % 6

EPS = {"Linf": 0.05, "L2": 0.4, "L1": 3.0}
STEPS = 40


def apgd(norm, loss):
    """The points at which gradients are taken, from a given start. In L1 one phase, in a ball of eps."""
    attack = autopgd_base.APGDAttack_targeted if "targeted" in loss else autopgd_base.APGDAttack
    attack = attack(net, n_iter=STEPS, norm=norm, eps=EPS[norm], seed=0, device="cpu", logger=None)
    attack.init_hyperparam(x)
    attack.loss = loss
    attack.y_target = targets
    attack.thr_decr = 0.75
    start = (x + EPS[norm] * 0.02 * torch.sign(torch.randn_like(x))).clamp(0, 1)
    start = torch.round(start * 1e6) / 1e6
    net.seen.clear()
    attack.attack_single_run(x, labels, x_init=start)
    return {"start": nhwc(start), "points": [nhwc(each) for each in net.seen[:STEPS]]}


def square_moves(norm, queries=60):
    """Of one image: which squares were drawn, and what became of them."""
    attack = square.SquareAttack(net, norm=norm, eps=EPS[norm], n_queries=queries, p_init=0.8, seed=0, loss="margin", device="cpu", resc_schedule=False)
    attack.init_hyperparam(x)
    one, label = x[:1], labels[:1]
    integers, signs, turns = [], [], []
    whole, choice, random_int, eta = torch.rand, attack.random_choice, attack.random_int, attack.eta

    def recorded_int(low=0, high=1, shape=[1]):
        value = random_int(low, high, shape)
        integers.append(int(value))
        return value

    def recorded_choice(shape):
        value = choice(shape)
        signs.append(value.flatten().int().tolist())
        return value

    def recorded_eta(side):
        value = eta(side)
        # Upright bumps have their halves one above the other.
        turns.append(bool(side > 1 and torch.sign(value[0, 0]) != torch.sign(value[0, -1])))
        return value

    attack.random_int, attack.random_choice, attack.eta = recorded_int, recorded_choice, recorded_eta
    margins = []
    judge = attack.margin_and_loss

    def recorded_margin(points, y):
        margin, loss = judge(points, y)
        margins.append(float(margin))
        return margin, loss

    attack.margin_and_loss = recorded_margin
    torch.manual_seed(3)
    net.seen.clear()
    attack.attack_single_run(one, label)
    points = [nhwc(each) for each in net.seen]
    best, accepted = float("inf"), []
    for margin in margins:
        accepted.append(bool(margin < best))
        best = min(best, margin)
    shares = [attack.p_selection(i) for i in range(len(points) - 1)]
    return {"integers": integers, "signs": signs, "turns": turns, "shares": shares, "points": points, "accepted": accepted}


names = [("Linf", "ce"), ("Linf", "dlr"), ("Linf", "dlr-targeted"), ("L2", "ce"), ("L2", "dlr"), ("L1", "ce")]
found = {
    "weights": {name: rounded(p, 3).tolist() for name, p in net.named_parameters()},
    "x": nhwc(x, 3),
    "labels": labels.tolist(),
    "targets": targets.tolist(),
    "eps": {norm.lower(): eps for norm, eps in EPS.items()},
    "steps": STEPS,
    "apgd": {f"{norm.lower()} {loss}": apgd(norm, loss) for norm, loss in names},
    "square": {norm.lower(): square_moves(norm) for norm in ["Linf", "L2"]},
}
json.dump(found, sys.stdout)
