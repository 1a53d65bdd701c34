"""The networks of the reference weights, and the images that they are attacked on."""

import pathlib

import torch
from kwta_forms import activation_function
from torch import nn


class Net(nn.Module):
    """resnet18-w16 of @kwta/models, with the names that its weights have."""

    def __init__(self, activation, width=16):
        super().__init__()
        self.conv1, self.bn1 = _convolution(3, width, 3, 1), nn.BatchNorm2d(width)
        before = width
        for stage in range(4):
            after = width * 2**stage
            blocks = [Block(before, after, 1 if stage == 0 else 2, activation), Block(after, after, 1, activation)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            before = after
        self.linear = nn.Linear(before, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        for stage in range(4):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.linear(nn.functional.avg_pool2d(x, 4).flatten(1))


class Block(nn.Module):
    def __init__(self, before, after, stride, activation):
        super().__init__()
        self.activation = activation
        self.conv1, self.bn1 = _convolution(before, after, 3, stride), nn.BatchNorm2d(after)
        self.conv2, self.bn2 = _convolution(after, after, 3, 1), nn.BatchNorm2d(after)
        fits = stride == 1 and before == after
        self.shortcut = nn.Sequential(*([] if fits else [_convolution(before, after, 1, stride), nn.BatchNorm2d(after)]))

    def forward(self, x):
        y = self.bn2(self.conv2(self.activation(self.bn1(self.conv1(x)))))
        return self.activation(y + self.shortcut(x))


def _convolution(before, after, size, stride):
    return nn.Conv2d(before, after, size, stride, size // 2, bias=False)


def with_net(work, run):
    """What `run` makes of the net, in the form of k-WTA that is faster in a forward pass; an attack is too long to try."""
    spec = "kwta:0.1" if "kwta" in work["net"] else "relu"
    tensors = _weights(pathlib.Path(work["references"]) / f"{work['net']}.safetensors")

    def build(activation):
        net = Net(activation)
        missing, unexpected = net.load_state_dict(tensors, strict=False)
        if unexpected or any("num_batches" not in name for name in missing):
            raise ValueError(f"The weights do not fit: {missing} {unexpected}")
        net.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        return run(net)

    return activation_function(spec, build, "kthvalue" if spec != "relu" else None)


def images_of(work):
    """The first test images, [n, 3, 32, 32] in [0, 1], from CIFAR-10's binary files."""
    path = pathlib.Path(work["data"]) / "cifar-10-batches-bin" / "test_batch.bin"
    raw = torch.frombuffer(bytearray(path.read_bytes()[: 3073 * work["images"]]), dtype=torch.uint8).view(-1, 3073)
    images = raw[:, 1:].reshape(-1, 3, 32, 32).float() / 255
    return images.contiguous(memory_format=torch.channels_last), raw[:, 0].long()


def _weights(path):
    from safetensors.torch import load_file

    return load_file(path)
