"""Training steps of ResNet18 in PyTorch, channels-last: SGD with momentum, natural or against PGD in inference mode."""

import torch
from kwta_forms import activation_function
from resnet18 import ResNet18
from torch.nn import functional as F

EPS, STEP = 8 / 255, 2 / 255


def prepare(work):
    """The work as a function to run. Results are not compared: the initial weights and what is drawn are others."""
    count = work["batch"] * work["steps"]
    bits = (torch.arange(count * 3 * 32 * 32) * 0x9E3779B1) & 0xFFFFFFFF
    pixels = (bits >> 24).to(torch.uint8).view(count, 32, 32, 3).permute(0, 3, 1, 2)
    labels = torch.arange(count) % 10

    def build(activation):
        torch.manual_seed(0)
        net = ResNet18(work["width"], activation).to(memory_format=torch.channels_last)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

        def run():
            for at in range(0, count, work["batch"]):
                x = _augmented(pixels[at : at + work["batch"]]).float().div_(255)
                loss = _step(net, optimizer, x, labels[at : at + work["batch"]], work["attackSteps"])
            return loss

        return run

    return activation_function(work["activation"], build), False


def _augmented(pixels):
    """Cropped by up to 4 pixels, one place for all, and flipped: less work than ours, which has a place for each image."""
    top, left = torch.randint(0, 9, (2,)).tolist()
    moved = F.pad(pixels, (4, 4, 4, 4))[:, :, top : top + 32, left : left + 32]
    flipped = torch.rand(len(moved), 1, 1, 1) < 0.5
    return torch.where(flipped, moved.flip(3), moved).contiguous(memory_format=torch.channels_last)


def _step(net, optimizer, x, labels, attack_steps):
    attacked = _pgd(net, x, labels, attack_steps) if attack_steps else x
    net.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(net(attacked), labels)
    loss.backward()
    optimizer.step()
    return loss


def _pgd(net, x, labels, steps):
    net.eval()
    net.requires_grad_(False)
    moved = (x + torch.empty_like(x).uniform_(-EPS, EPS)).clamp_(0, 1)
    for _ in range(steps):
        moved.requires_grad_()
        gradient = torch.autograd.grad(F.cross_entropy(net(moved), labels, reduction="sum"), moved)[0]
        with torch.no_grad():
            moved = (moved + STEP * gradient.sign()).clamp(x - EPS, x + EPS).clamp_(0, 1)
    net.requires_grad_(True)
    return moved
