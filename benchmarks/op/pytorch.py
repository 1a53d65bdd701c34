"""k-WTA and relu in PyTorch, forward and backward."""

import torch
from inputs import normal_tensor
from kwta_forms import activation_function


def prepare(work):
    """The work as a function to run, and whether its results can be compared with those of other runners."""
    x = normal_tensor(work["shape"], 1)
    dy = normal_tensor(work["shape"], 2)

    def build(function):
        if work["pass"] == "forward":

            def forward():
                with torch.inference_mode():
                    return function(x)

            return forward
        leaf = x.clone().requires_grad_()
        y = function(leaf)
        return lambda: torch.autograd.grad(y, leaf, dy, retain_graph=True)[0]

    return activation_function(work["activation"], build, work.get("form")), True
