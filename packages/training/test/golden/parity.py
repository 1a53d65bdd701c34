"""Writes parity.json: trainings of a tiny net in plain PyTorch, step by step.

    OMP_NUM_THREADS=1 python packages/training/test/golden/parity.py

Images, order and random starts are those of the library: its generator is a counter and a key, written again below.
Weights stand in the layout of TensorFlow.js: HWIO, and [inputs, outputs].
"""

import base64
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

SEED, SIZE, BATCH, SIDE, CLASSES, FILTERS = 5, 64, 16, 5, 3, 3
LR, MOMENTUM, DECAY, EPS = 0.05, 0.9, 5e-4, 0.1
MASK = 0xFFFFFFFF


# The generator.


def threefry(k0, k1, x0, x1):
    keys = (k0, k1, 0x1BD11BDA ^ k0 ^ k1)
    x0, x1 = (x0 + k0) & MASK, (x1 + k1) & MASK
    for block in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[block % 2]:
            x0 = (x0 + x1) & MASK
            x1 = ((x1 << turn) | (x1 >> (32 - turn))) & MASK
            x1 ^= x0
        x0 = (x0 + keys[(block + 1) % 3]) & MASK
        x1 = (x1 + keys[(block + 2) % 3] + block + 1) & MASK
    return x0, x1


def fnv(text, offset, flip):
    value = offset
    for byte in text.encode():
        value = ((value ^ byte ^ flip) * 0x01000193) & MASK
    return value


def key_of(*parts):
    state = (0, 0)
    for part in parts:
        if isinstance(part, str):
            low, high = fnv(part, 0x811C9DC5, 0), fnv(part, 0x050C5D1F, 0xFF)
        else:
            low, high = (int(word) for word in np.array([part], dtype=np.float64).view(np.uint32))
        state = threefry(*state, low, high)
    return state


def uniform(key, size, low, high):
    words = [word for i in range(0, size, 2) for word in threefry(*key, i >> 1, 0)]
    scale = (high - low) * 2.0**-24
    return np.array([low + (word >> 8) * scale for word in words[:size]], dtype=np.float32)


def normal(key, size, deviation):
    out = []
    for i in range(0, size, 2):
        a, b = threefry(*key, i >> 1, 0)
        radius = deviation * math.sqrt(-2 * math.log(1 - a * 2.0**-32))
        angle = 2 * math.pi * 2.0**-32 * b
        out += [radius * math.cos(angle), radius * math.sin(angle)]
    return np.array(out[:size], dtype=np.float32)


def permutation(key, n):
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        a, b = threefry(*key, i, 1)
        draw = (a * 0x200000 + (b >> 11)) % (i + 1)
        order[i], order[draw] = order[draw], order[i]
    return order


# The problem.


def pixel(sample, place):
    label = sample % CLASSES
    return (sample * 37 + place * place * 11 + place * label * 29) % 160 + (90 if place % CLASSES == label else 0)


IMAGES = torch.tensor(
    [[pixel(i, p) for p in range(SIDE * SIDE)] for i in range(SIZE)], dtype=torch.float32
).reshape(SIZE, 1, SIDE, SIDE) / 255
LABELS = torch.tensor([i % CLASSES for i in range(SIZE)])


def kwta(x, gamma=0.3):
    flat = x.reshape(len(x), -1)
    k = int(gamma * flat.shape[1])
    threshold = flat.topk(k, dim=1).values[:, -1:]
    return ((flat >= threshold).float() * flat).reshape(x.shape)


def waves(shape, key, scale):
    size = math.prod(shape)
    return torch.tensor([scale * math.sin(3.7 * i + key) for i in range(size)], dtype=torch.float32).reshape(shape)


class Net(torch.nn.Module):
    def __init__(self, activation):
        super().__init__()
        inner = (SIDE - 2) ** 2 * FILTERS
        self.conv = torch.nn.Conv2d(1, FILTERS, 3, bias=False)
        self.norm = torch.nn.BatchNorm2d(FILTERS)
        self.logits = torch.nn.Linear(inner, CLASSES)
        self.activation = activation
        with torch.no_grad():
            self.conv.weight.copy_(waves((3, 3, 1, FILTERS), 1, 0.4).permute(3, 2, 0, 1))
            self.logits.weight.copy_(waves((inner, CLASSES), 2, 0.4).T)
            self.logits.bias.zero_()

    def forward(self, x):
        inner = self.activation(self.norm(self.conv(x)))
        return self.logits(inner.permute(0, 2, 3, 1).reshape(len(x), -1))


TRAINABLE = ("conv.weight", "norm.weight", "norm.bias", "logits.weight", "logits.bias")


def layout(name, value):
    if name == "conv.weight":
        return value.permute(2, 3, 1, 0)
    return value.T if name == "logits.weight" else value


# The methods. An attack sees the net in inference mode; the step is in training mode.


def noise(kind, ids, epoch):
    size = SIDE * SIDE
    key = lambda sample: key_of(SEED, "adversarial training", kind, epoch, sample)
    make = {
        "start": lambda sample: uniform(key(sample), size, -EPS, EPS),
        "near": lambda sample: normal(key(sample), size, 0.001),
    }[kind]
    return torch.tensor(np.stack([make(i) for i in ids])).reshape(len(ids), 1, SIDE, SIDE)


def inside(point, x):
    return torch.clamp(torch.clamp(point - x, -EPS, EPS) + x, 0, 1)


def attack(net, x, start, loss, steps, step):
    net.eval()
    point = start
    for _ in range(steps):
        point = point.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(loss(net(point)), point)
        point = inside(point + step * gradient.sign(), x)
    net.train()
    return point.detach()


def pgd(net, x, y, ids, epoch, steps=3, step=0.04):
    start = inside(x + noise("start", ids, epoch), x)
    return attack(net, x, start, lambda z: F.cross_entropy(z, y, reduction="sum"), steps, step)


def kl(of, from_):
    return F.kl_div(F.log_softmax(from_, 1), F.softmax(of, 1), reduction="none").sum(1)


def natural(net, x, y, ids, epoch):
    return lambda: F.cross_entropy(net(x), y)


def smoothed(net, x, y, ids, epoch):
    return lambda: F.cross_entropy(net(x), y, label_smoothing=0.1)


def adversarial(net, x, y, ids, epoch):
    adv = pgd(net, x, y, ids, epoch)
    return lambda: F.cross_entropy(net(adv), y)


def fast(net, x, y, ids, epoch):
    adv = pgd(net, x, y, ids, epoch, 1, 1.25 * EPS)
    return lambda: F.cross_entropy(net(adv), y)


def trades(net, x, y, ids, epoch):
    net.eval()
    with torch.no_grad():
        clean = net(x)
    adv = attack(net, x, x + noise("near", ids, epoch), lambda z: kl(clean, z).sum(), 3, 0.04)

    def loss():
        z = net(x)
        return F.cross_entropy(z, y) + 6 * kl(z, net(adv)).mean()

    return loss


def mart(net, x, y, ids, epoch):
    start = x + noise("near", ids, epoch)
    adv = attack(net, x, start, lambda z: F.cross_entropy(z, y, reduction="sum"), 3, 0.04)

    def loss():
        z, z_adv = net(x), net(adv)
        p = F.softmax(z_adv, 1)
        best = torch.argsort(p, dim=1)[:, -2:]
        wrong = torch.where(best[:, -1] == y, best[:, -2], best[:, -1])
        boosted = F.cross_entropy(z_adv, y) + F.nll_loss(torch.log(1.0001 - p + 1e-12), wrong)
        trust = F.softmax(z, 1).gather(1, y[:, None]).squeeze(1)
        return boosted + 6 * (kl(z, z_adv) * (1.0000001 - trust)).mean()

    return loss


def alp(net, x, y, ids, epoch):
    adv = pgd(net, x, y, ids, epoch)

    def loss():
        z, z_adv = net(x), net(adv)
        return F.cross_entropy(z_adv, y) + 0.5 * F.mse_loss(z_adv, z)

    return loss


class Box(torch.autograd.Function):
    """Into [0, 1]; the ends themselves have the gradient 1, as in PyTorch when free training was written (now 0)."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(0, 1)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * ((x >= 0) & (x <= 1))


# The loop.


def step_of(net, optimizer, loss, awp):
    optimizer.zero_grad()
    value = loss()
    moved = []
    if awp > 0:
        value.backward()
        with torch.no_grad():
            net.norm.running_mean.copy_(net.before[0])
            net.norm.running_var.copy_(net.before[1])
            for param in net.parameters():
                if param.dim() > 1:
                    moved.append((param, param.clone()))
                    param += awp * param.norm() / (param.grad.norm() + 1e-20) * param.grad
        optimizer.zero_grad()
        value = loss()
    value.backward()
    with torch.no_grad():
        for param, own in moved:
            param.copy_(own)
    optimizer.step()
    return value.item()


def state_of(net, optimizer):
    params = dict(net.named_parameters())
    tensors = [layout(name, params[name]) for name in TRAINABLE]
    tensors += [net.norm.running_mean, net.norm.running_var]
    for name in TRAINABLE:
        velocity = optimizer.state[params[name]].get("momentum_buffer")
        tensors.append(layout(name, torch.zeros_like(params[name]) if velocity is None else velocity))
    flat = np.concatenate([t.detach().contiguous().numpy().ravel() for t in tensors]).astype("<f4")
    return base64.b64encode(flat.tobytes()).decode()


def batches(epoch):
    order = permutation(key_of(SEED, "order", epoch), SIZE)
    for at in range(0, SIZE, BATCH):
        ids = order[at : at + BATCH]
        yield ids, IMAGES[ids], LABELS[ids]


def follow(method, steps, activation, replays=1, awp=0.0, keep=False):
    net = Net(activation).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=DECAY)
    carried = torch.zeros(BATCH, 1, SIDE, SIDE)
    losses, states, perturbations = [], [], []
    epoch = 0
    while True:
        for ids, x, y in batches(epoch):
            for _ in range(replays):
                states.append(state_of(net, optimizer))
                perturbations.append((carried.permute(0, 2, 3, 1) / EPS).round().int().flatten().tolist())
                if len(losses) == steps:
                    out = {"losses": losses}
                    if keep:
                        out["states"] = states
                    if keep and replays > 1:
                        out["perturbations"] = perturbations
                    return out
                net.before = [net.norm.running_mean.clone(), net.norm.running_var.clone()]
                if replays > 1:
                    delta = carried.clone().requires_grad_(True)
                    loss = lambda: F.cross_entropy(net(Box.apply(x + delta)), y)
                    losses.append(step_of(net, optimizer, loss, awp))
                    carried = torch.clamp(carried + EPS * delta.grad.sign(), -EPS, EPS)
                else:
                    losses.append(step_of(net, optimizer, method(net, x, y, ids, epoch), awp))
        epoch += 1


torch.use_deterministic_algorithms(True)
relu = F.relu
NAMED = {"natural": natural, "adversarial": adversarial, "trades": trades, "fast": fast}
out = {
    "madeWith": f"torch {torch.__version__}",
    "steps": {
        **{name: follow(method, 20, relu, keep=True) for name, method in NAMED.items()},
        "free": follow(None, 20, relu, replays=4, keep=True),
        "mart": follow(mart, 6, relu, keep=True),
        "alp": follow(alp, 6, relu, keep=True),
        "smoothed": follow(smoothed, 6, relu, keep=True),
        "awp": follow(adversarial, 6, relu, awp=0.02, keep=True),
    },
    "runs": {
        **{name: follow(method, 16, kwta) for name, method in NAMED.items()},
        "free": follow(None, 16, kwta, replays=4),
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.stat().st_size, {name: run["losses"][::5] for name, run in out["runs"].items()})
