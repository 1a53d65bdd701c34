"""Attacks of PyTorch's libraries on images of CIFAR-10. The result is how many images are still classified correctly."""

import pathlib
import sys
import types

import torch
from kwta_forms import activation_function
from torch import nn

EPS = 8 / 255

# adv_lib can draw with visdom, which its attacks do not need.
sys.modules.setdefault("visdom", types.ModuleType("visdom"))
# The worker has set it; adv_lib sets it again, which PyTorch refuses.
torch.set_num_interop_threads = lambda _: None


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


def prepare(work):
    """The work as a function to run, and whether its results can be compared."""
    x, labels = _images(work)
    spec = "kwta:0.1" if "kwta" in work["net"] else "relu"
    tensors = _weights(pathlib.Path(work["references"]) / f"{work['net']}.safetensors")

    def build(activation):
        net = Net(activation)
        missing, unexpected = net.load_state_dict(tensors, strict=False)
        if unexpected or any("num_batches" not in name for name in missing):
            raise ValueError(f"The weights do not fit: {missing} {unexpected}")
        net.eval().requires_grad_(False).to(memory_format=torch.channels_last)
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

    # The form that is faster in a forward pass; an attack is too long to try.
    return activation_function(spec, build, "kthvalue" if spec != "relu" else None), True


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
    from adv_lib.attacks import pgd_linf

    return lambda net, x, y: pgd_linf(net, x, y, ε=EPS, steps=steps, absolute_step_size=2 / 255)


def _apgd(steps):
    from adv_lib.attacks import apgd

    return lambda net, x, y: apgd(net, x, y, eps=EPS, norm=float("inf"), n_iter=steps, loss_function="ce")


def _fmn(steps):
    from adv_lib.attacks import fmn

    return lambda net, x, y: fmn(net, x, y, norm=2, steps=steps)


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


def _images(work):
    """The first test images, [n, 3, 32, 32] in [0, 1], from CIFAR-10's binary files."""
    path = pathlib.Path(work["data"]) / "cifar-10-batches-bin" / "test_batch.bin"
    raw = torch.frombuffer(bytearray(path.read_bytes()[: 3073 * work["images"]]), dtype=torch.uint8).view(-1, 3073)
    images = raw[:, 1:].reshape(-1, 3, 32, 32).float() / 255
    return images.contiguous(memory_format=torch.channels_last), raw[:, 0].long()


def _weights(path):
    from safetensors.torch import load_file

    return load_file(path)
