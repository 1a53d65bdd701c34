"""adv_lib's attacks under a budget of passes. The result is [3, n]: distances, forward passes, backward passes."""

import math

import torch
from peers import adv_lib_attacks
from reference_nets import images_of, with_net

POWERS = {"linf": math.inf, "l2": 2, "l1": 1, "l0": 0}
# Sizes that are tried for each sample by attacks that look at one size, and rounds of attacks that try constants.
SIZES, ROUNDS = 20, 9
# The largest of these sizes.
LARGEST = {"linf": 0.5, "l2": 10, "l1": 300}


class BudgetSpentError(Exception):
    """No sample may cost another pass."""


class Metered(torch.nn.Module):
    """Counts the passes of each sample, and keeps the smallest distance of any adversarial point that is asked about."""

    def __init__(self, net, inputs, labels, norm, passes):
        super().__init__()
        self.net, self.inputs, self.labels = net, inputs, labels
        self.norm, self.passes = norm, passes
        self.forwards, self.backwards = torch.zeros(len(inputs)), torch.zeros(len(inputs))
        self.nearest = torch.full((len(inputs),), math.inf)

    def forward(self, x):
        rows = self._rows_of(x.detach())
        may = (self.forwards + self.backwards)[rows] < self.passes
        if not may.any():
            raise BudgetSpentError
        self.forwards.index_add_(0, rows, may.float())
        logits = self.net(x)
        self._judge(x.detach(), logits.detach(), rows, may)
        if logits.requires_grad:
            logits.register_hook(lambda _: self._count_backward(rows))
        return logits

    def _rows_of(self, x):
        """The sample of each row: attacks leave some out, and ask about several points of one at a time."""
        if len(x) == len(self.inputs):
            return torch.arange(len(x))
        return torch.cdist(x.flatten(1), self.inputs.flatten(1)).argmin(1)

    def _judge(self, x, logits, rows, may):
        distances = (x - self.inputs[rows]).flatten(1).norm(p=POWERS[self.norm], dim=1)
        in_box = (x.flatten(1).amin(1) >= -1e-6) & (x.flatten(1).amax(1) <= 1 + 1e-6)
        counts = may & in_box & logits.isfinite().all(1) & (logits.argmax(1) != self.labels[rows])
        self.nearest.index_reduce_(0, rows, torch.where(counts, distances, math.inf), "amin")

    def _count_backward(self, rows):
        may = (self.forwards + self.backwards)[rows] < self.passes
        self.backwards.index_add_(0, rows, may.float())


def prepare(work):
    """The work as a function to run, and whether its results can be compared."""
    x, labels = images_of(work)

    def make(net):
        with torch.inference_mode():
            is_right = net(x).argmax(1) == labels
        # Its attacks view images as rows, which channels-last memory does not allow.
        inputs, classes = x[is_right].contiguous(), labels[is_right]

        def run():
            torch.manual_seed(0)
            metered = Metered(net, inputs, classes, work["norm"], work["passes"])
            try:
                ATTACKS[work["attack"]](metered, inputs, classes, work["norm"], work["passes"] // 2)
            except BudgetSpentError:
                pass
            return torch.stack([metered.nearest, metered.forwards, metered.backwards])

        return run

    return with_net(work, make), True


def _call(name, settings):
    """An attack by its name in adv_lib, with settings that follow from norm and steps."""

    def attack(net, x, y, norm, steps):
        return getattr(adv_lib_attacks(), name)(net, x, y, **settings(norm, steps))

    return attack


def _apgd(net, x, y, norm, steps):
    adv_lib_attacks()
    from adv_lib.attacks.auto_pgd import minimal_apgd

    # A look at the start, and one at what was found, of each size.
    iterations = steps // SIZES - 1
    minimal_apgd(
        net, x, y, norm=POWERS[norm], max_eps=LARGEST[norm], binary_search_steps=SIZES, n_iter=iterations, loss_function="ce"
    )


def _cw(net, x, y, norm, steps):
    adv_lib = adv_lib_attacks()
    if norm == "linf":
        adv_lib.carlini_wagner_linf(net, x, y, max_iterations=steps)
    else:
        adv_lib.carlini_wagner_l2(net, x, y, binary_search_steps=ROUNDS, max_iterations=max(steps // ROUNDS, 10))


def _with_power(norm):
    return {"norm": POWERS[norm]}


ATTACKS = {
    "apgd": _apgd,
    "fmn": _call("fmn", lambda norm, steps: {**_with_power(norm), "steps": steps}),
    "ddn": _call("ddn", lambda _, steps: {"steps": steps, "levels": None}),
    "pdpgd": _call("pdpgd", lambda norm, steps: {**_with_power(norm), "num_steps": steps}),
    "pdgd": _call("pdgd", lambda _, steps: {"num_steps": steps}),
    "sigma-zero": _call("sigma_zero", lambda _, steps: {"num_steps": steps}),
    "cw": _cw,
    "deepfool": _call("df", lambda norm, _: _with_power(norm)),
    "superdeepfool": _call("sdf", lambda *_: {}),
    "fab": _call("fab", lambda norm, _: _with_power(norm)),
    "alma": _call("alma", lambda norm, steps: {"distance": norm, "num_steps": steps, **ALMA[norm]}),
    "tr": _call("tr", lambda norm, steps: {"p": POWERS[norm], "iter": steps}),
}
# As its authors set them for CIFAR-10.
ALMA = {"l2": {"init_lr_distance": 0.1}, "l1": {"init_lr_distance": 0.5, "α_rms": None}}
