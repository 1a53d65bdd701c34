"""Convolutions and ResNet18 in PyTorch, channels-last."""

import torch
from inputs import normal_tensor
from kwta_forms import activation_function
from passes import PASSES
from resnet18 import ResNet18
from torch.nn import functional as F


def prepare(work):
    """The work as a function to run, and whether its results can be compared with those of other runners."""
    if work["kind"] == "conv3x3":
        return _convolution(work), True
    # Its initial weights are others.
    return _net(work), False


def _convolution(work):
    batch, size, channels = work["batch"], work["size"], work["channels"]
    # Channels-last in memory, which PyTorch shows as [batch, channels, height, width].
    x, dy = (normal_tensor([batch, size, size, channels], seed).permute(0, 3, 1, 2) for seed in (1, 3))
    w = normal_tensor([3, 3, channels, channels], 2).permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)

    def gradient(of_x, of_w):
        mask = [of_x, of_w, False]
        ones = [1, 1]
        results = torch.ops.aten.convolution_backward(dy, x, w, None, ones, ones, ones, False, [0, 0], 1, mask)
        return results[0] if of_x else results[1]

    runs = {
        "forward": lambda: F.conv2d(x, w, padding=1),
        "input-gradient": lambda: gradient(True, False),
        "filter-gradient": lambda: gradient(False, True),
    }

    def run():
        with torch.inference_mode():
            return runs[work["pass"]]()

    return run


def _net(work):
    x = normal_tensor([work["batch"], 32, 32, 3], 1).permute(0, 3, 1, 2)
    labels = torch.arange(work["batch"]) % 10

    def build(activation):
        torch.manual_seed(0)
        net = ResNet18(work["width"], activation).to(memory_format=torch.channels_last)
        return PASSES[work["pass"]](net, x, labels)

    return activation_function(work["activation"], build)
