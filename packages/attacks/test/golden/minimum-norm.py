"""Makes minimum-norm.json: what other libraries' minimum-norm attacks do to a tiny network, step by step and in the end.

    python -m venv venv && venv/bin/pip install torch adv-lib==0.2.8 foolbox==3.3.4 torchattacks==3.5.1 pyautoattack==0.2.0
    OMP_NUM_THREADS=1 venv/bin/python minimum-norm.py

One hidden layer of rectifiers, 24 inputs in a 4 x 6 image of one channel, four classes. Layers are stored as
[inputs, outputs]. A trace lists the points of every forward pass of so many steps.
"""

import json
import os
import sys
import types

import torch
from torch import nn

# adv_lib draws its progress with it.
visdom = types.ModuleType("visdom")
visdom.Visdom = object
sys.modules["visdom"] = visdom

import foolbox  # noqa: E402
import torchattacks  # noqa: E402
from adv_lib import attacks as adv  # noqa: E402
from adv_lib.attacks import fast_minimum_norm, primal_dual_gradient_descent  # noqa: E402

torch.manual_seed(7)
INF = float("inf")
NORMS = {"linf": INF, "l2": 2, "l1": 1, "l0": 0}


class Net(nn.Module):
    """Remembers the points that it is asked about."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(24, 20), nn.Linear(20, 4)
        nn.init.normal_(self.hidden.weight, std=0.4)
        nn.init.normal_(self.out.weight, std=0.4)
        self.asked = []

    def forward(self, x):
        self.asked.append(x.detach().flatten(1).clone())
        return self.out(self.hidden(x.flatten(1) * 2 - 1).relu())


net = Net()
for parameter in net.parameters():
    parameter.requires_grad_(False)


def draw(count, low, high, low_gap):
    """Points of which the network is neither too sure nor too unsure, a few of each class."""
    points = torch.rand(4000, 1, 4, 6) * (high - low) + low
    top = net(points).topk(2, dim=1).values
    gap = top[:, 0] - top[:, 1]
    return points[(gap > low_gap) & (gap < low_gap + 1)][:count]


def rounded(values, digits=6):
    return [float(f"{value:.{digits}g}") for value in torch.as_tensor(values).flatten().tolist()]


def trace(attack):
    net.asked = []
    attack()
    return [rounded(points) for points in net.asked]


def distances(x, found, norm):
    moved = (found - x).flatten(1)
    wrong = net(found).argmax(1) != net(x).argmax(1)
    sizes = (moved != 0).sum(1).float() if norm == "l0" else moved.norm(p=NORMS[norm], dim=1)
    return rounded(torch.where(wrong, sizes, torch.full_like(sizes, INF)).nan_to_num(posinf=-1))


# adv_lib stretches what lies inside the ball and cuts values at 1, where the factor was meant.
def l2_projection(δ, ε):
    δ = δ.flatten(1)
    return δ.mul_((ε.unsqueeze(1) / δ.norm(p=2, dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1))


fast_minimum_norm.l2_projection_ = l2_projection
# It cannot count to 0.
l0_projection = fast_minimum_norm.l0_projection_
fast_minimum_norm.l0_projection_ = lambda δ, ε: l0_projection(δ, ε.clamp(min=1))

# It keeps values as soon as the root exists, where 0 is still better.
root = primal_dual_gradient_descent.l23_proximal
primal_dual_gradient_descent.l23_proximal = lambda x, λ: torch.where(
    x.abs() > 2 / 3 * (24 * λ**3) ** 0.25, root(x, λ), torch.zeros_like(x)
)

inside = draw(2, 0.35, 0.65, 0.3)
labels = net(inside).argmax(1)


def ead(x, y, **settings):
    attack = foolbox.attacks.EADAttack(decision_rule="L1", **settings)
    return attack.run(foolbox.PyTorchModel(net.eval(), bounds=(0, 1)), x, foolbox.criteria.Misclassification(y))


def jsma(x):
    """Its target is the class above, of ten; it moves its argument."""
    attack = torchattacks.JSMA(net, theta=1, gamma=1)
    attack.set_mode_targeted_by_function(lambda images, labels: (labels + 1) % 4)
    return attack(x.clone(), net(x).argmax(1))


def sparse(attack, **settings):
    """In L0 it goes by whole pixels, and recommends the operator of the power 2/3."""
    return lambda x, y: attack(net, x, y, norm=0, proximal_operator=23, **settings)


traces = {"ddn l2": trace(lambda: adv.ddn(net, inside, labels, steps=12, init_norm=0.5, levels=None))}
for norm in NORMS:
    traces[f"fmn {norm}"] = trace(lambda: adv.fmn(net, inside, labels, norm=NORMS[norm], steps=12, α_init=0.1))
traces["pdgd l2"] = trace(lambda: adv.pdgd(net, inside, labels, num_steps=12))
for norm in ["linf", "l2", "l1"]:
    traces[f"pdpgd {norm}"] = trace(lambda: adv.pdpgd(net, inside, labels, norm=NORMS[norm], num_steps=12))
# In single precision Adam divides by little but rounding, and so do cube roots.
net.double()
traces["sigma-zero l0"] = trace(lambda: adv.sigma_zero(net, inside.double(), labels, num_steps=12))
traces["pdpgd l0"] = trace(lambda: sparse(adv.pdpgd, num_steps=12)(inside.double(), labels))
net.float()
for norm in ["linf", "l2", "l1"]:
    traces[f"fab {norm}"] = trace(lambda: adv.fab(net, inside, labels, norm=NORMS[norm], n_iter=6))[1:]
traces["cw-l2 l2"] = trace(
    lambda: adv.carlini_wagner_l2(
        net, inside, labels, initial_const=1.0, learning_rate=0.05, binary_search_steps=2, max_iterations=6, abort_early=False
    )
)
traces["cw-linf linf"] = trace(
    lambda: adv.carlini_wagner_linf(
        net, inside[:1], labels[:1], initial_const=4.0, largest_const=16.0, learning_rate=0.1, max_iterations=6
    )
)
traces["ead l1"] = trace(
    lambda: ead(inside, labels, steps=4, initial_const=1.0, binary_search_steps=2, abort_early=False)
)
traces = {name: points[:8] for name, points in traces.items()}

x = draw(6, 0, 1, 1.5)
y = net(x).argmax(1)
found = {"ddn l2": distances(x, adv.ddn(net, x, y, steps=100, levels=None), "l2")}
for norm in NORMS:
    found[f"fmn {norm}"] = distances(x, adv.fmn(net, x, y, norm=NORMS[norm], steps=100, α_init=0.3), norm)
found["sigma-zero l0"] = distances(x, adv.sigma_zero(net, x, y, num_steps=100), "l0")
found["pdgd l2"] = distances(x, adv.pdgd(net, x, y, num_steps=100), "l2")
for norm in ["linf", "l2", "l1"]:
    found[f"pdpgd {norm}"] = distances(x, adv.pdpgd(net, x, y, norm=NORMS[norm], num_steps=100), norm)
    found[f"fab {norm}"] = distances(x, adv.fab(net, x, y, norm=NORMS[norm], n_iter=40), norm)
found["fab-t linf"] = distances(x, adv.fab(net, x, y, norm=INF, n_iter=40, targeted_restarts=True), "linf")
found["pdpgd l0"] = distances(x, sparse(adv.pdpgd, num_steps=300)(x, y), "l0")
for norm in ["linf", "l2"]:
    found[f"deepfool {norm}"] = distances(x, adv.df(net, x, y, norm=NORMS[norm]), norm)
found["superdeepfool l2"] = distances(x, adv.sdf(net, x, y), "l2")
found["cw-l2 l2"] = distances(
    x,
    adv.carlini_wagner_l2(net, x, y, initial_const=0.1, learning_rate=0.05, binary_search_steps=6, max_iterations=60, abort_early=False),
    "l2",
)
# A round ends when all samples are through.
alone = [
    adv.carlini_wagner_linf(net, x[i : i + 1], y[i : i + 1], initial_const=0.1, learning_rate=0.05, max_iterations=30)
    for i in range(len(x))
]
found["cw-linf linf"] = distances(x, torch.cat(alone), "linf")
found["ead l1"] = distances(x, ead(x, y, steps=60, initial_const=0.1, binary_search_steps=6, abort_early=False), "l1")
found["jsma l0 targeted"] = distances(x, jsma(x), "l0")

goals = (y + 1) % 4


def targeted(power, attack, **settings):
    """The distances in this norm of the points that reach their target."""
    adversarial = attack(net, x, goals, targeted=True, **settings)
    moved = (adversarial - x).flatten(1).norm(p=power, dim=1)
    return rounded(torch.where(net(adversarial).argmax(1) == goals, moved, torch.full_like(moved, -1)))


found["ddn l2 targeted"] = targeted(2, adv.ddn, steps=100, levels=None)
found["fmn linf targeted"] = targeted(INF, adv.fmn, norm=INF, steps=100, α_init=0.3)
found["pdpgd l1 targeted"] = targeted(1, adv.pdpgd, norm=1, num_steps=100)
found["cw-l2 l2 targeted"] = targeted(
    2,
    adv.carlini_wagner_l2,
    initial_const=0.1,
    learning_rate=0.05,
    binary_search_steps=6,
    max_iterations=60,
    abort_early=False,
)

result = {
    "layers": [
        {"weights": rounded(layer.weight.T.contiguous(), 9), "bias": rounded(layer.bias, 9)}
        for layer in (net.hidden, net.out)
    ],
    "traced": {"x": rounded(inside, 9), "labels": labels.tolist()},
    "traces": traces,
    "attacked": {"x": rounded(x, 9), "labels": y.tolist()},
    "distances": found,
}
with open(os.path.join(os.path.dirname(__file__), "minimum-norm.json"), "w") as file:
    json.dump(result, file, separators=(",", ":"))
