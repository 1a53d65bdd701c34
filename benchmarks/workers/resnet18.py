"""ResNet18 for 32x32 images, as resnet18 of @kwta/models: the stem keeps relu."""

import torch
from torch import nn


class ResNet18(nn.Module):
    def __init__(self, width, activation):
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width]
        self.stem = nn.Sequential(*_convolution(3, width, 3, 1))
        blocks = []
        before = width
        for stage, after in enumerate(widths):
            for stride in (1 if stage == 0 else 2, 1):
                blocks.append(Block(before, after, stride, activation))
                before = after
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(before, 10))

    def forward(self, x):
        return self.head(self.blocks(torch.relu(self.stem(x))))


class Block(nn.Module):
    def __init__(self, before, after, stride, activation):
        super().__init__()
        self.activation = activation
        self.first = nn.Sequential(*_convolution(before, after, 3, stride))
        self.second = nn.Sequential(*_convolution(after, after, 3, 1))
        fits = stride == 1 and before == after
        self.shortcut = nn.Sequential(*([] if fits else _convolution(before, after, 1, stride)))

    def forward(self, x):
        y = self.second(self.activation(self.first(x)))
        return self.activation(y + self.shortcut(x))


def _convolution(before, after, size, stride):
    return [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after)]
