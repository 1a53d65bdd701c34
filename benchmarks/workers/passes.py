"""What is measured of a network, as functions of it, images and labels that make a function to run."""

import torch
from torch.nn import functional as F


def _forward(net, x, _):
    net.eval()

    def run():
        with torch.inference_mode():
            return net(x)

    return run


def _input_gradient(net, x, labels):
    net.eval().requires_grad_(False)
    images = x.clone(memory_format=torch.preserve_format).requires_grad_()
    return lambda: torch.autograd.grad(F.cross_entropy(net(images), labels, reduction="sum"), images)[0]


def _training_step(net, x, labels):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def run():
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    return run


PASSES = {"forward": _forward, "input-gradient": _input_gradient, "training-step": _training_step}
