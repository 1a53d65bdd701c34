"""Attacks of PyTorch's libraries on images of CIFAR-10. The result is how many images are still classified correctly."""

import torch
from peers import adv_lib_attacks
from reference_nets import images_of, with_net

EPS = 8 / 255


def prepare(work):
    """The work as a function to run, and whether its results can be compared."""
    x, labels = images_of(work)

    def make(net):
        attack = ATTACKS[work["library"]][work["attack"]](net, work["steps"])

        def run():
            torch.manual_seed(0)
            left = torch.zeros(())
            for at in range(0, len(x), 100):
                images, classes = x[at : at + 100], labels[at : at + 100]
                moved = attack(images, classes)
                with torch.inference_mode():
                    left += (_stands(net, images, moved, classes, work["attack"]) & (net(images).argmax(1) == classes)).sum()
            return left

        return run

    return with_net(work, make), True


def _stands(net, images, moved, classes, attack):
    is_right = net(moved).argmax(1) == classes
    return is_right | ((moved - images).flatten(1).norm(dim=1) > 0.5) if attack == "fmn" else is_right


def _torchattacks(name, **settings):
    def make(net, steps):
        import torchattacks

        key = "n_queries" if name == "Square" else "steps"
        return getattr(torchattacks, name)(net, eps=EPS, **{key: steps}, **settings)

    return make


def _adv_lib(make):
    def build(net, steps):
        attack = make(steps)
        return lambda x, y: attack(net, x, y)

    return build


def _pgd(steps):
    adv_lib = adv_lib_attacks()
    return lambda net, x, y: adv_lib.pgd_linf(net, x, y, ε=EPS, steps=steps, absolute_step_size=2 / 255)


def _apgd(steps):
    adv_lib = adv_lib_attacks()
    return lambda net, x, y: adv_lib.apgd(net, x, y, eps=EPS, norm=float("inf"), n_iter=steps, loss_function="ce")


def _fmn(steps):
    adv_lib = adv_lib_attacks()
    return lambda net, x, y: adv_lib.fmn(net, x, y, norm=2, steps=steps)


def _autoattack(name):
    def make(net, steps):
        from pyautoattack import AutoAttack

        auto = AutoAttack(net, norm="Linf", eps=EPS, version="custom", attacks=[name], seed=0)
        if name == "square":
            auto.square.n_queries = steps
        else:
            auto.apgd.n_iter = steps
            auto.apgd.n_restarts = 1
        return lambda x, y: auto.run_standard_evaluation(x.contiguous(), y, batch_size=len(x))[0]

    return make


ATTACKS = {
    "torchattacks": {
        "pgd": _torchattacks("PGD", alpha=2 / 255),
        "apgd": _torchattacks("APGD", loss="ce"),
        "square": _torchattacks("Square"),
    },
    "adv-lib": {"pgd": _adv_lib(_pgd), "apgd": _adv_lib(_apgd), "fmn": _adv_lib(_fmn)},
    "autoattack": {"apgd": _autoattack("apgd-ce"), "square": _autoattack("square")},
}
