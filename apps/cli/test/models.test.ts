import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeZip } from "@kwta/core";
import type { WeightsDescription } from "@kwta/models";
import { expect, test } from "vitest";
import { emptyFolder, kwtaHere, type Result } from "./kwta.ts";

/** A safetensors file of a net 2-3-2, as PyTorch would write it. */
function weights(names: readonly [string, number[]][]): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    names.map(([name, shape]) => {
      const start = end;
      end += 4 * shape.reduce((a, b) => a * b, 1);
      return [name, { dtype: "F32", shape, data_offsets: [start, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const data = Float32Array.from({ length: end / 4 }, (_, i) => i / 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, new Uint8Array(data.buffer)]);
}

const MLP: [string, number[]][] = [
  ["nn.0.weight", [3, 2]],
  ["nn.0.bias", [3]],
  ["nn.2.weight", [2, 3]],
  ["nn.2.bias", [2]],
];

test("models come in, are described, and go out again", async () => {
  const cwd = await emptyFolder();
  const given = weights(MLP);
  await writeFile(join(cwd, "in.safetensors"), given);
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await kwtaHere(cwd, ["models", ...args]);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/Error/)]);
    return stdout;
  };
  const net = ["--model", "mlp-h3@kwta:0.4", "--input", "2", "--classes", "2"];
  expect(await run("import", "in.safetensors", ...net, "--out", "net")).toMatch(/Read 4 tensors/);
  expect((await readdir(join(cwd, "net"))).sort()).toEqual(["model.json", "weights.bin"]);
  const described = JSON.parse(await run("info", "net", "--json")) as object;
  expect(described).toMatchObject({
    parameters: 17,
    inputShape: [2],
    outputShape: [2],
    kwta: [{ layer: "nn.1", gamma: 0.4, size: 3, k: 1 }],
  });
  await run("export", "net", "--out", "out.safetensors");
  const file = JSON.parse(await run("info", "out.safetensors", "--json")) as WeightsDescription;
  expect(file.dicts[0]!.tensors.map(({ name }) => name)).toEqual(MLP.map(([name]) => name));
  expect(file.dicts[0]!.fits).toMatchObject([{ id: "mlp-h3@relu", inputShape: [2], numClasses: 2 }]);
  const written = await readFile(join(cwd, "out.safetensors"));
  expect(written.subarray(-68)).toEqual(Buffer.from(given).subarray(-68));
  // What kwta train leaves is a run folder with the model inside.
  await mkdir(join(cwd, "run"));
  await run("export", "net", "--fold", "--out", "run/model");
  await run("export", "run", "--out", "out.onnx");
  expect((await readFile(join(cwd, "out.onnx"))).includes("ReduceMin")).toBe(true);
}, 60_000);

/** A file as torch.save writes it, of a dict of dicts of tensors whose numbers are all 1. */
function checkpoint(dicts: Readonly<Record<string, readonly [string, number[]][]>>): Uint8Array {
  const short = (text: string): string => `\x8c${String.fromCharCode(text.length)}${text}`;
  const whole = (n: number): string => `M${String.fromCharCode(n & 255, n >> 8)}`;
  const tuple = (...parts: string[]): string => `(${parts.join("")}t`;
  const data = new Map<string, Uint8Array>();
  const tensor = (shape: readonly number[]): string => {
    const size = shape.reduce((a, b) => a * b, 1);
    const key = String(data.size);
    data.set(`m/data/${key}`, new Uint8Array(new Float32Array(size).fill(1).buffer));
    const storage = `${tuple(short("storage"), "ctorch\nFloatStorage\n", short(key), short("cpu"), whole(size))}Q`;
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const args = [storage, "K\0", tuple(...shape.map(whole)), tuple(...strides.map(whole)), "\x89", "}"];
    return `ctorch._utils\n_rebuild_tensor_v2\n${tuple(...args)}R`;
  };
  const dict = (items: readonly [string, string][]): string =>
    `}(${items.map(([name, value]) => short(name) + value).join("")}u`;
  const inner = Object.entries(dicts).map(([key, tensors]): [string, string] => [
    key,
    dict(tensors.map(([name, shape]) => [name, tensor(shape)])),
  ]);
  const pickle = `\x80\x04${dict([["args", "cargparse\nNamespace\n)\x81"], ...inner])}.`;
  return writeZip(new Map([["m/data.pkl", new Uint8Array(Buffer.from(pickle, "latin1"))], ...data]));
}

test("a checkpoint: what is in it, what of it is loaded, and a choice where there are two", async () => {
  const cwd = await emptyFolder();
  const run = (...args: string[]): Promise<Result> => kwtaHere(cwd, ["models", ...args]);
  const under = (prefix: string): [string, number[]][] => MLP.map(([name, shape]) => [prefix + name, shape]);
  await writeFile(
    join(cwd, "two.pth"),
    checkpoint({ state_dict: [...under("module."), ["module._extra_state", [1]]], ema: under("module.") }),
  );
  const { stdout } = await run("info", "two.pth");
  expect(stdout).toMatch(/two\.pth is a PyTorch file \(zip archive\) that holds a dict with 3 keys\./);
  expect(stdout).toMatch(/Weights in "state_dict": 5 tensors, 18 numbers \(float32\)\n  names begin with "module\."/);
  expect(stdout).toMatch(/models import two.pth --model mlp-h3@relu --input 2 --classes 2 --key ema --out FOLDER/);
  expect(stdout).toMatch(/Besides: args \(argparse Namespace\)/);
  expect(stdout).toMatch(/module\.nn\.0\.weight +\[3, 2\]/);
  const net = ["--model", "mlp-h3@relu", "--input", "2", "--classes", "2", "--out", "net"];
  const refused = await run("import", "two.pth", ...net);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/"state_dict", "ema"\. Choose one .*--key/),
  ]);
  const chosen = await run("import", "two.pth", ...net, "--key", "state_dict");
  expect(chosen.stdout).toMatch(/lie in "state_dict"[^]*begin with "module\."[^]*Left out: "module\._extra_state"/);

  const image: [string, number[]][] = [
    ["mu", [1, 3, 1, 1]],
    ["sigma", [1, 3, 1, 1]],
    ["nn.0.weight", [2, 12]],
    ["nn.0.bias", [2]],
    ["nn.2.weight", [2, 2]],
    ["nn.2.bias", [2]],
  ];
  await writeFile(join(cwd, "normal.pth"), checkpoint({ net: image }));
  expect((await run("info", "normal.pth")).stdout).toMatch(/normalisation inside: mu, sigma/);
  const images = ["--model", "mlp-h2@relu", "--input", "2x2x3", "--classes", "2", "--out", "normal"];
  const front =
    /normalisation stands in front: mean 1, 1, 1, standard deviation 1, 1, 1\. The model takes images in \[0, 1\]/;
  expect((await run("import", "normal.pth", ...images)).stdout).toMatch(front);
  expect((await run("info", "normal")).stdout).toMatch(/1 DepthwiseConv2D/);
  const other = await run("import", "normal.pth", ...images, "--mean", "0.5", "--std", "1/4", "--json");
  expect(JSON.parse(other.stdout)).toMatchObject({ key: "net", normalization: { mean: [0.5], std: [0.25] } });
  expect((await run("import", "normal.pth", ...images, "--mean", "0.5")).stderr).toMatch(/--mean and --std belong/);

  await writeFile(join(cwd, "script.pt"), writeZip(new Map([["m/constants.pkl", new Uint8Array(4)]])));
  const script = await run("info", "script.pt");
  expect([script.code, script.stdout]).toEqual([0, expect.stringMatching(/is a TorchScript program.*In Python/)]);
}, 60_000);

test("models list and info know the networks", async () => {
  const cwd = await emptyFolder();
  const { stdout } = await kwtaHere(cwd, ["models", "list"]);
  for (const name of ["resnet152", "densenet161", "wideresnet22-12", "vgg19", "alexnet", "mnist-dnn", "mlp"]) {
    expect(stdout).toContain(name);
  }
  expect((await kwtaHere(cwd, ["models", "--help"])).stdout).toMatch(/list [^]*info [^]*import [^]*export /);
  const info = await kwtaHere(cwd, ["models", "info", "lenet@kwta:0.2", "--input", "28x28x1"]);
  expect(info.stdout).toMatch(/parameters +44426[^]*sparse1 .* 3456 .* 691/);
});

test.each([
  [["models", "frobnicate"], /Unknown action "frobnicate". Known: .*export/],
  [["models", "info", "nothing"], /"nothing" is not a model id/],
  [["models", "info", "lenet@relu", "--input", "28"], /input shape is \[28\]/],
  [["models", "info", "lenet@relu", "--input", "28*28"], /--input is "28\*28"; write HEIGHTxWIDTHxCHANNELS/],
  [["models", "info", "bad.safetensors"], /"bad.safetensors" is not a usable safetensors file/],
  [["models", "import", "bad.safetensors", "--model", "lenet@relu", "--out", "x"], /"bad.safetensors" is not/],
  [["models", "import", "good.safetensors", "--model", "lenet@relu", "--out", "x"], /missing: conv1.weight/],
  [["models", "import", "good.safetensors", "--model", "lennet@relu", "--out", "x"], /Unknown architecture "lennet"/],
  [["models", "import", "good.safetensors"], /kwta models import needs --model/],
  [["models", "export"], /kwta models export needs MODEL/],
  [["models", "export", "nowhere", "--out", "x.onnx"], /no model folder "nowhere"/],
  [["models", "export", "nowhere", "--out", "x", "--gamma", "1"], /no option --gamma/],
] as [string[], RegExp][])("kwta %j: one sentence, exit code 2, nothing written", async (args, message) => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, "bad.safetensors"), "text, and quite a lot of it");
  await writeFile(join(cwd, "good.safetensors"), weights(MLP));
  const { code, stdout, stderr } = await kwtaHere(cwd, args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  expect((await readdir(cwd)).sort()).toEqual(["bad.safetensors", "good.safetensors"]);
});
