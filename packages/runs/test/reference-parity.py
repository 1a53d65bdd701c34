"""Makes reference-parity.json: which of the first test images attacks of others' libraries leave.

    OMP_NUM_THREADS=1 python reference-parity.py > reference-parity.json

Needs torch, safetensors, torchattacks 3.5.1 and pyautoattack 0.2.0, and the folders that KWTA_DATA_DIR and
KWTA_REFERENCE_DIR name.
"""

import json
import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[3] / "benchmarks" / "workers"))

import torch
import torchattacks
from pyautoattack import AutoAttack
from reference_nets import images_of, with_net

EPS, IMAGES, QUERIES, STEPS = 8 / 255, 40, 300, 25


def autoattack(net, name):
    auto = AutoAttack(net, norm="Linf", eps=EPS, version="custom", attacks=[name], seed=0)
    auto.square.n_queries, auto.apgd_targeted.n_iter = QUERIES, STEPS
    return lambda x, y: auto.run_standard_evaluation(x, y, batch_size=IMAGES)[0]


ATTACKS = {
    "torchattacks.MIFGSM": lambda net: torchattacks.MIFGSM(net, eps=EPS, alpha=2 / 255, steps=10, decay=1.0),
    "torchattacks.Square": lambda net: torchattacks.Square(net, eps=EPS, n_queries=QUERIES, n_restarts=1, seed=0),
    "autoattack.square": lambda net: autoattack(net, "square"),
    "autoattack.apgd-t": lambda net: autoattack(net, "apgd-t"),
}


def left(name):
    work = {"net": name, "images": IMAGES, "data": os.environ["KWTA_DATA_DIR"], "references": os.environ["KWTA_REFERENCE_DIR"]}
    x, labels = images_of(work)
    x = x.contiguous()

    def run(net):
        counts = {"clean": int((net(x).argmax(1) == labels).sum())}
        for attack, make in ATTACKS.items():
            torch.manual_seed(0)
            counts[attack] = int((net(make(net)(x, labels)).argmax(1) == labels).sum())
            print(name, attack, counts[attack], file=sys.stderr)
        return counts

    return with_net(work, run)


if __name__ == "__main__":
    counts = {name: left(name) for name in ["r18w16-adv-relu", "r18w16-relu"]}
    json.dump({"eps": EPS, "images": IMAGES, "queries": QUERIES, "steps": STEPS, "left": counts}, sys.stdout, indent=2)
