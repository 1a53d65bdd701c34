"""The same networks in PyTorch on the same card: images a second, by the faster form of k-WTA and memory layout."""

import argparse
import json
import time

import torch
from kwta_forms import activation_function
from passes import PASSES
from resnet18 import ResNet18


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--out", default="pytorch.json")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # 32-bit floats, as on WebGPU.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    rows = []
    for activation in ["relu", "kwta:0.1"]:
        for name in PASSES:
            layouts = [torch.channels_last, torch.contiguous_format]
            speed = max(_speed(args, device, activation, name, layout) for layout in layouts)
            print(f"ResNet18-w{args.width} {activation} {name}: {speed:.0f} images/s", flush=True)
            rows.append({"activation": activation, "pass": name, "imagesPerSecond": speed})
    card = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    with open(args.out, "w") as file:
        json.dump({"device": f"{card}, PyTorch {torch.__version__}", "rows": rows}, file)


def _speed(args, device, activation, name, layout):
    x = torch.randn(args.batch, 3, 32, 32, device=device).contiguous(memory_format=layout)
    labels = torch.arange(args.batch, device=device) % 10

    def build(function):
        net = ResNet18(args.width, function).to(device).to(memory_format=layout)
        return _finished(PASSES[name](net, x, labels), device)

    run = activation_function(activation, build)
    run()
    times = []
    end = time.perf_counter() + args.seconds / 2
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    times.sort()
    return args.batch / times[len(times) // 3]


def _finished(run, device):
    def waiting():
        run()
        if device == "cuda":
            torch.cuda.synchronize()

    return waiting


main()
