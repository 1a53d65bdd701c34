import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, kwtaHere } from "./kwta.ts";

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
  const file = weights(MLP);
  await writeFile(join(cwd, "in.safetensors"), file);
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
  const tensors = JSON.parse(await run("info", "out.safetensors", "--json")) as { tensors: { name: string }[] };
  expect(tensors.tensors.map(({ name }) => name)).toEqual(MLP.map(([name]) => name));
  const written = await readFile(join(cwd, "out.safetensors"));
  expect(written.subarray(-68)).toEqual(Buffer.from(file).subarray(-68));
  // What kwta train leaves is a run folder with the model inside.
  await mkdir(join(cwd, "run"));
  await run("export", "net", "--fold", "--out", "run/model");
  await run("export", "run", "--out", "out.onnx");
  expect((await readFile(join(cwd, "out.onnx"))).includes("ReduceMin")).toBe(true);
}, 60_000);

test("models list and info know the networks", async () => {
  const cwd = await emptyFolder();
  const { stdout } = await kwtaHere(cwd, ["models", "list"]);
  for (const name of ["resnet152", "densenet161", "wideresnet22-12", "vgg19", "alexnet", "mnist-dnn", "mlp"]) {
    expect(stdout).toContain(name);
  }
  expect((await kwtaHere(cwd, ["models", "--help"])).stdout).toMatch(/list, info, import or export[^]*--fold/);
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
  [["models", "export"], /needs something to work on/],
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
