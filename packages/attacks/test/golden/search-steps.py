"""Makes search-steps.json: AutoAttack's APGD and Square on small smooth nets, step for step.

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
    """Two dense layers."""

    def __init__(self, side, channels, hidden, classes):
        super().__init__()
        self.first = torch.nn.Linear(side * side * channels, hidden)
        self.second = torch.nn.Linear(hidden, classes)
        self.seen = []
        with torch.no_grad():
            self.first.weight.normal_(0, 0.3)
            self.second.weight.normal_(0, 0.8)
            for p in self.parameters():
                p.copy_(torch.round(p * 1000) / 1000)

    def forward(self, x):
        self.seen.append(x.detach().clone())
        flat = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return self.second(torch.tanh(self.first(flat)))

    def data(self):
        return {name: rounded(p, 3).tolist() for name, p in self.named_parameters()}


def rounded(values, digits):
    return np.round(values.detach().numpy().astype(float), digits)


def nhwc(x, digits=6):
    return rounded(x.permute(0, 2, 3, 1), digits).flatten().tolist()


def images(n, channels, side):
    x = torch.round(torch.rand(n, channels, side, side) * 1000) / 1000
    x[0, :, 0, 0] = 0
    x[0, :, 2, 1] = 1
    return x


def apgd():
    """Losses, [step][image], where gradients are taken, and a few of those points, from a given start."""
    torch.manual_seed(7)
    net = Net(4, 3, 12, 6).eval()
    x = images(3, 3, 4)
    labels = net(x).argmax(1)
    targets = (labels + 2) % 6
    start = (x + 0.004 * torch.sign(torch.randn_like(x))).clamp(0, 1)
    cases = {
        "linf cross-entropy": ("Linf", "ce", 0.03, 60),
        "linf dlr": ("Linf", "dlr", 0.03, 60),
        "linf dlr targeted": ("Linf", "dlr-targeted", 0.03, 60),
        "l2 cross-entropy": ("L2", "ce", 0.2, 40),
        "l2 dlr": ("L2", "dlr", 0.2, 60),
    }

    def trace(norm, loss, eps, steps):
        make = autopgd_base.APGDAttack_targeted if "targeted" in loss else autopgd_base.APGDAttack
        attack = make(net, n_iter=steps, norm=norm, eps=eps, seed=0, device="cpu")
        attack.init_hyperparam(x)
        attack.loss, attack.thr_decr, attack.y_target = loss, 0.75, targets
        losses = []

        def recorded(judge):
            def f(logits, y):
                value = judge(logits, y)
                losses.append(rounded(value, 6).tolist())
                return value

            return f

        attack.dlr_loss = recorded(attack.dlr_loss)
        if "targeted" in loss:
            attack.dlr_loss_targeted = recorded(attack.dlr_loss_targeted)
        whole = torch.nn.CrossEntropyLoss.forward
        torch.nn.CrossEntropyLoss.forward = lambda self, z, y: recorded(lambda a, b: whole(self, a, b))(z, y)
        net.seen.clear()
        attack.attack_single_run(x, labels, x_init=start)
        torch.nn.CrossEntropyLoss.forward = whole
        at = [1, steps // 4, steps - 1]
        return {"steps": steps, "losses": losses[:steps], "points": {str(t): nhwc(net.seen[t]) for t in at}}

    traces = {name: trace(*case) for name, case in cases.items()}
    eps = {"linf": 0.03, "l2": 0.2}
    return {"weights": net.data(), "x": nhwc(x, 3), "labels": labels.tolist(), "targets": targets.tolist(),
            "start": nhwc(start, 3), "eps": eps, "traces": traces}


def moves():
    """Of one image: which squares were drawn, and what became of them."""
    torch.manual_seed(7)
    net = Net(10, 2, 8, 5).eval()
    x = images(1, 2, 10)
    label = net(x).argmax(1)

    def trace(norm, eps, queries=60):
        attack = square.SquareAttack(net, norm=norm, eps=eps, n_queries=queries, p_init=0.3, device="cpu",
                                     resc_schedule=False)
        attack.init_hyperparam(x)
        draws, margins = [], []
        choice, random_int, eta, judge = attack.random_choice, attack.random_int, attack.eta, attack.margin_and_loss

        def recorded_int(low=0, high=1, shape=[1]):
            value = random_int(low, high, shape)
            draws.append(["place", int(value), int(high)])
            return value

        def recorded_choice(shape):
            value = choice(shape)
            last = value if value.dim() == 3 else value.permute(0, 2, 3, 1)
            draws.append(["signs", *last.flatten().int().tolist()])
            return value

        def recorded_eta(side):
            value = eta(side)
            # The halves of one that is turned lie side by side.
            draws.append(["turned", int(bool(value[0, 0] * value[side - 1, 0] > 0))])
            return value

        def recorded_margin(points, y):
            margin, loss = judge(points, y)
            margins.append(round(-float(margin), 6))
            draws.append(["asked"])
            return margin, loss

        attack.random_int, attack.random_choice, attack.eta = recorded_int, recorded_choice, recorded_eta
        attack.margin_and_loss = recorded_margin
        torch.manual_seed(3)
        net.seen.clear()
        attack.attack_single_run(x, label)
        shares = [attack.p_selection(i) for i in range(len(margins) - 1)]
        at = [0, 1, 2, len(margins) // 2, len(margins) - 1]
        return {"draws": draws, "shares": shares, "margins": margins, "points": {str(t): nhwc(net.seen[t]) for t in at}}

    eps = {"linf": 0.012, "l2": 0.12}
    return {"weights": net.data(), "x": nhwc(x, 3), "labels": label.tolist(), "eps": eps,
            "traces": {"linf": trace("Linf", eps["linf"]), "l2": trace("L2", eps["l2"])}}


json.dump({"apgd": apgd(), "square": moves()}, sys.stdout)
