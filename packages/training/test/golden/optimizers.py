"""Writes optimizers.json: what torch.optim does, step by step.

    python packages/training/test/golden/optimizers.py
"""

import json
import math
import pathlib

import torch

SHAPES = [(3, 2), (2,)]
STEPS = 6


def numbers(shape, key):
    """The same in any language: no random numbers."""
    size = math.prod(shape)
    return torch.tensor([math.sin(3.7 * i + key) for i in range(size)], dtype=torch.float32).reshape(shape)


CASES = {
    "sgd:momentum=0": lambda ps: torch.optim.SGD(ps, lr=0.1),
    "sgd:momentum=0.9,weightDecay=0.05": lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.9, weight_decay=0.05),
    "sgd:momentum=0.9,nesterov=true,weightDecay=0.05": lambda ps: torch.optim.SGD(
        ps, lr=0.1, momentum=0.9, weight_decay=0.05, nesterov=True
    ),
    "sgd:momentum=0.9,weightDecay=0.05,decays=kernels": lambda ps: torch.optim.SGD(
        [{"params": ps[:1], "weight_decay": 0.05}, {"params": ps[1:], "weight_decay": 0}], lr=0.1, momentum=0.9
    ),
    "adam:": lambda ps: torch.optim.Adam(ps, lr=0.1),
    "adam:beta1=0.8,beta2=0.95,epsilon=0.001,weightDecay=0.05": lambda ps: torch.optim.Adam(
        ps, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.05
    ),
    "adamw:": lambda ps: torch.optim.AdamW(ps, lr=0.1),
    "adamw:weightDecay=0.3,decays=kernels": lambda ps: torch.optim.AdamW(
        [{"params": ps[:1], "weight_decay": 0.3}, {"params": ps[1:], "weight_decay": 0}], lr=0.1
    ),
}


def follow(make):
    params = [torch.nn.Parameter(numbers(shape, 10 + i)) for i, shape in enumerate(SHAPES)]
    optimizer = make(params)
    steps = []
    for step in range(STEPS):
        for i, param in enumerate(params):
            param.grad = numbers(SHAPES[i], 100 * step + i)
        for group in optimizer.param_groups:
            group["lr"] = 0.1 / (1 + step)
        optimizer.step()
        steps.append([param.detach().flatten().tolist() for param in params])
    return steps


def clipped(most):
    params = [torch.nn.Parameter(numbers(shape, 0)) for shape in SHAPES]
    for i, param in enumerate(params):
        param.grad = numbers(SHAPES[i], i)
    torch.nn.utils.clip_grad_norm_(params, most)
    return [param.grad.flatten().tolist() for param in params]


def schedule(make, total=20, per_epoch=4, by_epoch=False):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)
    scheduler = make(optimizer)
    rates = []
    for step in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not by_epoch or (step + 1) % per_epoch == 0:
            if step + 1 < total:
                scheduler.step()
    return rates


lr = torch.optim.lr_scheduler
SCHEDULES = {
    "one-cycle-cosine:peak=0.4": schedule(lambda o: lr.OneCycleLR(o, max_lr=0.4, total_steps=20)),
    "one-cycle-cosine:peak=0.4,warmup=0.2,divide=10,divideEnd=100": schedule(
        lambda o: lr.OneCycleLR(o, max_lr=0.4, total_steps=20, pct_start=0.2, div_factor=10, final_div_factor=100)
    ),
    "cosine:start=0.4,end=0.01": schedule(lambda o: lr.CosineAnnealingLR(o, T_max=20, eta_min=0.01)),
    "steps:start=0.4,factor=0.3,epochs=1+3": schedule(
        lambda o: lr.MultiStepLR(o, milestones=[1, 3], gamma=0.3), by_epoch=True
    ),
    "constant:rate=0.4,warmup=2": schedule(
        lambda o: lr.LinearLR(o, start_factor=1 / 8, end_factor=1, total_iters=7)
    ),
}

out = {
    "madeWith": f"torch {torch.__version__}",
    "shapes": SHAPES,
    "optimizers": {name: follow(make) for name, make in CASES.items()},
    "clipped": {str(most): clipped(most) for most in (0.5, 100.0)},
    "schedules": SCHEDULES,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, default=list) + "\n")
print(path.stat().st_size)
