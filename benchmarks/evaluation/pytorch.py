"""AutoAttack itself on images of CIFAR-10. The result is 1 for each image that stands."""

import torch
from reference_nets import images_of, with_net

EPS = 8 / 255


def prepare(work):
    """The work as a function to run, and whether its results can be compared."""
    x, labels = images_of(work)

    def make(net):
        from pyautoattack import AutoAttack

        auto = AutoAttack(net, norm="Linf", eps=EPS, version=work["protocol"], seed=0)

        def run():
            moved = auto.run_standard_evaluation(x.contiguous(), labels, batch_size=100)[0]
            with torch.inference_mode():
                return (net(moved).argmax(1) == labels).float()

        return run

    return with_net(work, make), True
