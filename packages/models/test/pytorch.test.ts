import "@tensorflow/tfjs-backend-cpu";
import { encodeSafetensors } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readStateDict } from "../src/index.ts";
import { logits, relativeError } from "./classify.ts";
import { formulaImages, formulaNet } from "./small-nets.ts";

const python = process.env["KWTA_PYTHON"] ?? "python3";
const absent =
  spawnSync(python, ["-c", "import torch"]).status === 0 ? "" : " (skipped: KWTA_PYTHON names no Python with PyTorch)";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** The small CNN as somebody would write it in PyTorch, its weights from our file, strictly. */
const RUN = `
import json, struct, sys
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, channels, w, classes, flat):
        super().__init__()
        sizes = [channels, w, w, 2 * w, 2 * w]
        for i in range(4):
            conv = nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=1 + i % 2, padding=1, bias=False)
            setattr(self, f"conv{i + 1}", conv)
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(sizes[i + 1]))
        self.hidden = nn.Linear(flat, 4 * w, bias=False)
        self.bn5 = nn.BatchNorm1d(4 * w)
        self.linear = nn.Linear(4 * w, classes)

    def forward(self, x):
        for i in range(1, 5):
            x = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)).relu()
        return self.linear(self.bn5(self.hidden(x.flatten(1))).relu())

data = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8 : 8 + length])
state = {}
for name, entry in header.items():
    start, end = (8 + length + at for at in entry["data_offsets"])
    state[name] = torch.frombuffer(bytearray(data[start:end]), dtype=torch.float32).reshape(entry["shape"])
net = Net(2, 4, 5, 3 * 3 * 8).eval()
net.load_state_dict(state, strict=True)
x = torch.frombuffer(bytearray(open(sys.argv[2], "rb").read()), dtype=torch.float32).reshape(3, 9, 11, 2)
with torch.no_grad():
    print(json.dumps(net(x.permute(0, 3, 1, 2)).flatten().tolist()))
`;

test.skipIf(absent)(
  `PyTorch's load_state_dict takes what we write, strictly, and computes the same${absent}`,
  () => {
    const shape = [9, 11, 2] as const;
    const net = formulaNet("small-cnn-w4@relu", shape);
    const x = formulaImages(3, shape);
    const folder = mkdtempSync(join(tmpdir(), "kwta-pytorch-"));
    const [file, images] = [join(folder, "net.safetensors"), join(folder, "x.bin")];
    writeFileSync(file, encodeSafetensors({ tensors: readStateDict(net), metadata: {} }));
    writeFileSync(images, new Uint8Array(Float32Array.from(x.dataSync()).buffer));
    const { stdout, stderr, status } = spawnSync(python, ["-c", RUN, file, images], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/Error/)]);
    expect(relativeError(JSON.parse(stdout) as number[], logits(net, x))).toBeLessThan(1e-5);
    net.dispose();
    x.dispose();
  },
  60_000,
);
