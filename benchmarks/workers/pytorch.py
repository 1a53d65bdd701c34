"""Does the work of a benchmark in PyTorch: lines of JSON in, lines of JSON out, as tfjs.mjs."""

import importlib.util
import json
import math
import os
import pathlib
import sys
import time

# Standard output is for answers only.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
slots = {}


def say(answer):
    answers.write(json.dumps(answer) + "\n")


def load(benchmark):
    folder = pathlib.Path(__file__).parent.parent / benchmark
    sys.path.append(str(folder))
    spec = importlib.util.spec_from_file_location("benchmark", folder / "pytorch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(request, benchmark):
    run, comparable = benchmark.prepare(request["work"])
    slots[request["slot"]] = run
    start = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - start
    check = result.detach().abs().double().mean().item()
    if not math.isfinite(check):
        raise ArithmeticError("Its results are not finite.")
    total = math.inf if seconds > request["slow"] else 0
    while total < request["warmUp"]:
        seconds = measure({**request, "count": 1})["seconds"]
        total += seconds
    listed = {"values": result.flatten().tolist()} if request.get("listed") else {}
    return {"seconds": seconds, "check": check if comparable else None, **listed}


def numbers(request, benchmark):
    """Does the work once and tells all numbers of its result, None for those that are not finite."""
    run, _ = benchmark.prepare(request["work"])
    start = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "numbers": [x if math.isfinite(x) else None for x in result.flatten().tolist()]}


def measure(request, _=None):
    run = slots[request["slot"]]
    start = time.perf_counter()
    for _ in range(request["count"]):
        run()
    return {"seconds": (time.perf_counter() - start) / request["count"]}


def release(request, _=None):
    slots.pop(request["slot"], None)
    return {}


def main():
    settings = json.loads(sys.argv[1])
    try:
        import torch
    except ImportError:
        say({"error": f"{sys.executable} has no PyTorch; name a Python that has it by KWTA_PYTHON."})
        return
    torch.set_num_threads(settings["threads"])
    torch.set_num_interop_threads(1)
    benchmark = load(settings["benchmark"])
    commands = {"prepare": prepare, "numbers": numbers, "measure": measure, "release": release}
    say({"version": f"PyTorch {torch.__version__}"})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(commands[request["command"]](request, benchmark))
        except Exception as error:
            say({"error": str(error).split("\n")[0]})


# A library may import what is called pytorch.
if __name__ == "__main__":
    main()
