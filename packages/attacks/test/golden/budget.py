"""Makes budget.json: what other libraries' attacks do on two small nets.

    OMP_NUM_THREADS=1 python budget.py [PMA.py] > budget.json

Needs torch, torchattacks 3.5.1 and foolbox 3.3.4. PMA.py is the authors' file of github.com/OpenTAI/taiadv,
taiadv/vision/white-box/attacks/PMA.py; without it that part is left out.
"""

import importlib.util
import json
import sys
import warnings

import foolbox
import numpy as np
import torch
import torchattacks

warnings.filterwarnings("ignore")


class Net(torch.nn.Module):
    """Two dense layers. Images come as NCHW and are flattened as NHWC."""

    def __init__(self, shape, hidden, classes, activation):
        super().__init__()
        self.first = torch.nn.Linear(int(np.prod(shape)), hidden)
        self.second = torch.nn.Linear(hidden, classes)
        self.activation = activation
        self.seen = []

    def forward(self, x):
        self.seen.append(x.detach().clone())
        if x.requires_grad:
            # PGDL2 views gradients as rows.
            x.register_hook(lambda gradient: gradient.contiguous())
        flat = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return self.second(self.activation(self.first(flat)))


def nhwc(x, digits):
    return np.round(x.permute(0, 2, 3, 1).numpy().astype(float), digits).flatten().tolist()


def weights_of(net, digits):
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.round(p * 10**digits) / 10**digits)
    return {name: np.round(p.detach().double().numpy(), digits).tolist() for name, p in net.named_parameters()}


def traces(pma_file):
    """Points after each step of deterministic attacks on a smooth net with random weights, in float64."""
    torch.manual_seed(4)
    net = Net((4, 4, 3), 12, 5, torch.tanh).double().eval()
    with torch.no_grad():
        net.first.weight.normal_(0, 0.5)
        net.second.weight.normal_(0, 0.7)
    weights = weights_of(net, 3)
    x = torch.rand(3, 3, 4, 4, dtype=torch.float64)
    x = torch.round(x * 1000) / 1000
    x[0, :, 0, 0] = 0
    x[1, :, 1, 1] = 1
    labels = net(x).argmax(1)
    targets = (labels + 2) % 5
    eps, alpha, steps = 0.06, 0.02, 5
    l2 = {"eps": 0.2, "alpha": 0.06}
    attacks = {
        "fgsm": lambda t: torchattacks.FGSM(net, eps=eps),
        "bim": lambda t: torchattacks.BIM(net, eps=eps, alpha=alpha, steps=t),
        "pgd": lambda t: torchattacks.PGD(net, eps=eps, alpha=alpha, steps=t, random_start=False),
        "pgd-l2": lambda t: torchattacks.PGDL2(net, **l2, steps=t, random_start=False),
        "mim": lambda t: torchattacks.MIFGSM(net, eps=eps, alpha=alpha, steps=t, decay=0.9),
        "ni": lambda t: torchattacks.NIFGSM(net, eps=eps, alpha=alpha, steps=t, decay=0.9),
        "si": lambda t: torchattacks.SINIFGSM(net, eps=eps, alpha=alpha, steps=t, decay=0.9, m=3),
    }
    out = {}
    for targeted in [False, True]:
        for name, make in attacks.items():
            points = []
            for t in [1] if name == "fgsm" else range(1, steps + 1):
                attack = make(t)
                attack.set_model_training_mode(False)
                if targeted:
                    attack.set_mode_targeted_by_label(quiet=True)
                points.append(nhwc(attack(x, targets if targeted else labels), 6))
            out[name + (" targeted" if targeted else "")] = points
    result = {
        "weights": weights, "x": nhwc(x, 3), "labels": labels.tolist(), "targets": targets.tolist(),
        "eps": eps, "alpha": alpha, "l2": l2, "decay": 0.9, "copies": 3, "points": out,
    }
    if pma_file:
        spec = importlib.util.spec_from_file_location("pma", pma_file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        # From the inputs, and so near that no sample is broken.
        torch.Tensor.uniform_ = lambda self, *_: self.zero_()
        net.seen.clear()
        attack = module.MDAttack(net, epsilon=0.002, num_steps=8, num_classes=5, loss_fn="pm")
        _, standing = attack.perturb(x, labels)
        del torch.Tensor.uniform_
        assert standing.all()
        # The clean images come first, then eight points and the last one of each run.
        result["pma"] = {"eps": 0.002, "steps": 8, "points": [nhwc(each, 6) for each in net.seen[1:]]}
    return result


def trained():
    """Success rates and distances on a net that was trained to tell four noisy patterns apart."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    patterns = rng.uniform(0.25, 0.75, (4, 8, 8))

    def draw(n):
        labels = rng.integers(0, 4, n)
        images = patterns[labels] + rng.normal(0, 0.16, (n, 8, 8))
        pixels = np.clip(np.round(images * 255), 0, 255).astype(int)
        return pixels, labels

    pixels, labels = draw(2000)
    net = Net((8, 8, 1), 20, 4, torch.relu)
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    x = torch.tensor(pixels / 255, dtype=torch.float32)[:, None]
    y = torch.tensor(labels)
    for _ in range(150):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    weights = weights_of(net.eval(), 3)
    pixels, labels = draw(200)
    x = torch.tensor(pixels / 255, dtype=torch.float32)[:, None]
    y = torch.tensor(labels)
    right = (net(x).argmax(1) == y).nonzero()[:40, 0]
    x, y, pixels = x[right], y[right], pixels[right.numpy()]

    few, their = x[:12], y[:12]

    def rate(attack, x=x, y=y):
        return round(float((net(attack(x, y)).argmax(1) != y).float().mean()), 4)

    eps = 0.1
    rates = {
        "fgsm": rate(torchattacks.FGSM(net, eps=eps)),
        "pgd": rate(torchattacks.PGD(net, eps=eps, alpha=eps / 10, steps=50)),
        "di": rate(torchattacks.DIFGSM(net, eps=eps, alpha=eps / 10, steps=20, decay=1.0)),
        "vmi": rate(torchattacks.VMIFGSM(net, eps=eps, alpha=eps / 10, steps=10, N=5)),
        "spsa": rate(torchattacks.SPSA(net, eps=eps, delta=0.01, lr=0.01, nb_iter=20, nb_sample=32)),
        "one-pixel": rate(torchattacks.OnePixel(net, pixels=8, steps=30, popsize=240), few, their),
        "square": rate(torchattacks.Square(net, eps=eps, n_queries=500, n_restarts=1)),
    }
    model = foolbox.PyTorchModel(net, bounds=(0, 1))

    def distances(attack, power):
        points = attack.run(model, few, foolbox.criteria.Misclassification(their))
        is_found = net(points).argmax(1) != their
        sizes = (points - few).flatten(1).norm(p=power, dim=1)
        return [round(float(s), 5) if f else None for s, f in zip(sizes, is_found)]

    a = foolbox.attacks
    torch.manual_seed(1)
    np.random.seed(1)
    found = {
        "boundary": distances(a.BoundaryAttack(steps=2000, tensorboard=False), 2),
        "hop-skip-jump l2": distances(a.HopSkipJumpAttack(steps=6, constraint="l2"), 2),
        "hop-skip-jump linf": distances(a.HopSkipJumpAttack(steps=6, constraint="linf"), np.inf),
        "ddn": distances(a.DDNAttack(steps=100), 2),
        "contrast": distances(a.BinarySearchContrastReductionAttack(distance=foolbox.distances.l2, binary_search_steps=20), 2),
        "blur": distances(a.GaussianBlurAttack(distance=foolbox.distances.l2, steps=400, max_sigma=8), 2),
    }
    turns = a.SpatialAttack(max_translation=0, max_rotation=30, num_translations=1, num_rotations=7)
    turned = (net(turns(model, x, foolbox.criteria.Misclassification(y))[0]).argmax(1) != y).int().tolist()
    return {"weights": weights, "pixels": pixels.flatten().tolist(), "labels": y.tolist(), "eps": eps, "rates": rates,
            "distances": found, "turned": turned}


def resized():
    """A part of torchattacks' DIFGSM: an image shrunk and put into an empty one."""
    torch.manual_seed(0)
    image = torch.round(torch.rand(1, 2, 6, 5) * 1000) / 1000
    small = torch.nn.functional.interpolate(image, size=[4, 4], mode="bilinear", align_corners=False)
    padded = torch.nn.functional.pad(small, [1, 0, 2, 0])
    return {"image": nhwc(image, 3), "size": 4, "offset": [2, 1], "resized": nhwc(padded, 6)}


json.dump({"resized": resized(), "traces": traces(sys.argv[1] if len(sys.argv) > 1 else None), "trained": trained()}, sys.stdout)
