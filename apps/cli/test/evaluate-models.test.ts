import { keyedRandom, writeFileAtomic } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import { saveModel } from "@kwta/models";
import { encodePng } from "@kwta/viz";
import { findEvaluations, readEvaluation, REPORT } from "@kwta/runs";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { emptyFolder, kwtaHere, type Result } from "./kwta.ts";

let cwd: string;

beforeAll(async () => {
  cwd = await emptyFolder();
  await tf.setBackend("cpu");
  const input = { inputShape: [8, 8, 3] };
  for (const split of ["train", "test"]) {
    for (const i of Array(20).keys()) {
      const image = keyedRandom(1, split, i).uniform(new Float32Array(192), 0, 255).map(Math.round);
      const { png: file } = encodePng({ image: Uint8Array.from(image), shape: [8, 8, 3] });
      await writeFileAtomic(join(cwd, "photos", split, i % 2 === 0 ? "even" : "odd", `${i}.png`), file);
    }
  }
  await save("plain", [layers.averagePooling2d({ ...input, poolSize: 2 }), ...end()]);
  await save("thresholded", [layers.thresholdedReLU({ ...input, theta: 0.1 }), ...end()]);
  await save("saturated", [
    layers.averagePooling2d({ ...input, poolSize: 2 }),
    ...end(),
    layers.softmax(),
    // Something that is not looked through.
    layers.rescaling({ scale: 1, offset: 0 }),
  ]);
});

const end = (): layers.Layer[] => [layers.flatten(), layers.dense({ units: 2, kernelInitializer: "zeros" })];

async function save(name: string, parts: layers.Layer[]): Promise<void> {
  const model = sequential({ layers: parts });
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map(({ shape }, i) => {
        return tf.tensor(keyedRandom(1, "weights", i).normal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
      }),
    );
  });
  await saveModel(model, join(cwd, name));
  model.dispose();
}

const small = ["--samples", "20", "--protocol", "quick:steps=3,estimateSamples=2,estimateLadder=1x10"];
const evaluate = (model: string, ...more: string[]): Promise<Result> =>
  kwtaHere(cwd, [
    "evaluate",
    model,
    "--dataset",
    "folder",
    "--data-dir",
    "photos",
    "--backend",
    "cpu",
    ...small,
    ...more,
  ]);

/** The evaluations that a command left, the oldest first; each was checked against the schema. */
async function reportsIn(out: string): Promise<Evaluation[]> {
  const folders = await findEvaluations(join(cwd, out));
  return Promise.all(folders.map((folder) => readEvaluation(join(folder, REPORT))));
}

test("what attacks could not be run, and that scores are saturated, stands below the table", async () => {
  const plain = await evaluate("plain", "--eps", "0.1");
  expect([plain.code, plain.stdout]).toEqual([0, expect.not.stringMatching(/Note|Not run/)]);
  const thresholded = await evaluate("thresholded", "--eps", "0.1", "--out", "out");
  expect(thresholded.code).toBe(0);
  expect(thresholded.stdout).toMatch(/0\.1 +pgd +0 +not run[^]*gradient-estimate +1 \(of 2\) +\d/);
  expect(thresholded.stdout).toMatch(
    /^Not run: pgd, gate\. The model has no gradient on the backend cpu \(.*square\.$/m,
  );
  const [report] = await reportsIn("out");
  expect(report!.attacks.map(({ notRun }) => notRun !== undefined)).toEqual([true, true, false]);
  const saturated = await evaluate("saturated", "--eps", "0.1", "--out", "saturated-out");
  expect(saturated.stdout).toMatch(/^RED FLAG: The model's scores lie in \[0, 1\] and are saturated/m);
  expect(saturated.stdout).toMatch(/^0\.1 +red flag /m);
  expect(saturated.stdout).not.toMatch(/worst case|Note: The model's scores/);
  const [odd] = await reportsIn("saturated-out");
  expect(odd!.cleanDiagnostics).toMatchObject([{ kind: "probabilities" }]);
}, 60_000);

test("--bounds, --mean and --std say what images the model takes, and eps is in their units", async () => {
  const on = async (...more: string[]): Promise<Evaluation> => {
    const { code, stdout, stderr } = await evaluate("plain", "--json", "--out", `out-${more.join()}`, ...more);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/fault/)]);
    return JSON.parse(stdout) as Evaluation;
  };
  const [half, whole] = [
    await on("--eps", "8/255"),
    await on("--eps", "8", "--bounds", "0,255", "--mean", "0", "--std", "255"),
  ];
  expect(whole.threat).toEqual({ norm: "linf", bounds: { min: 0, max: 255 }, epsilons: [8] });
  expect(whole.cleanErrors).toEqual(half.cleanErrors);
  expect(whole.attacks[0]!.at[0]!.broken).toEqual(half.attacks[0]!.at[0]!.broken);
  const centred = await on("--eps", "16/255", "--bounds", "-1,1", "--mean=-1", "--std", "2");
  expect(centred.cleanErrors).toEqual(half.cleanErrors);
}, 60_000);

test("--surrogate tries another model's points: as good as PGD where it is the model itself", async () => {
  const options = [
    "--json",
    "--eps",
    "0.2",
    "--out",
    "by-transfer",
    "--surrogate",
    "plain",
    "--attack",
    "pgd:steps=20",
  ];
  const { code, stdout, stderr } = await evaluate("plain", ...options);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/fault/)]);
  const { attacks, cleanErrors } = JSON.parse(stdout) as Evaluation;
  const [byTransfer, direct] = ["transfer-plain-", "pgd:steps=20"].map(
    (start) => attacks.find(({ id }) => id.startsWith(start))!.at[0]!,
  );
  expect(byTransfer!.broken).toEqual(direct!.broken);
  expect(byTransfer!.broken.length).toBeGreaterThan(cleanErrors.length);
  const other = await evaluate("plain", "--surrogate", "thresholded", "--eps", "0.05", "--out", "by-other");
  expect(other.stdout).toMatch(/^Not run: transfer-thresholded-\w{8}\. /m);
}, 60_000);

test.each([
  [["plain", "--surrogate", "nothing"], /There is nothing at "nothing"/],
  [["plain", "--bounds", "0,255"], /eps is "8\/255".*data range is \[0, 255\].*Write 8 /],
  [["plain", "--bounds", "0,255", "--eps", "0.03"], /eps is 0.03, next to nothing/],
  [["plain", "--bounds", "0"], /--bounds is "0"; it must be two numbers/],
  [["plain", "--mean", "a,b"], /--mean is "a,b"; it must be numbers/],
  [["plain", "--mean", "0.1,0.2"], /mean is \[0.1,0.2\].*one number, or 3, one for each channel/],
  [["net.h5"], /is an HDF5 file.*tensorflowjs_converter --input_format keras MODEL.h5 FOLDER/],
  [["SavedModel"], /is a SavedModel of TensorFlow.*tensorflowjs_converter --input_format tf_saved_model/],
] as [string[], RegExp][])("%j: one sentence, exit code 2", async ([model, ...more], message) => {
  await writeFile(join(cwd, "net.h5"), Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a));
  await mkdir(join(cwd, "SavedModel"), { recursive: true });
  await writeFile(join(cwd, "SavedModel/saved_model.pb"), "");
  const { code, stdout, stderr } = await evaluate(model!, ...more);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect([code, stdout]).toEqual([2, ""]);
});

test("an evaluation is shown again, written in other formats, and compared", async () => {
  const first = await evaluate("plain", "--eps", "0.1,0.3", "--out", "one", "--save-images");
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining("one/evaluations/quick-linf-0.1-to-0.3-n20-"),
  ]);
  const report = (...args: string[]): Promise<Result> => kwtaHere(cwd, ["report", ...args]);
  const [folder] = await findEvaluations(join(cwd, "one"));
  const again = await report("one", "--format", "html,md,robustbench,attackbench,npz", "--html", "page.html");
  expect([again.code, again.stderr]).toEqual([0, ""]);
  expect(again.stdout).toContain(first.stdout.trim());
  const files = [
    "adversarial.npz",
    "adversarial.safetensors",
    "attackbench.md",
    "report.html",
    "report.json",
    "report.md",
  ];
  expect((await readdir(folder!)).sort()).toEqual([...files, "robustbench.json", "settings.json"]);
  expect(await readFile(join(cwd, "page.html"), "utf8")).toBe(await readFile(join(folder!, "report.html"), "utf8"));
  const [saved] = await reportsIn("one");
  expect(saved!.command).toMatch(/^kwta evaluate plain .* --eps 0\.1,0\.3 --out one --save-images$/);

  await evaluate("plain", "--eps", "0.1", "--out", "one");
  const compared = await report("one", "plain", "--html", "both.html");
  expect(compared.stdout).toMatch(/first \/ second +eps +images +both stand[^]* 0\.1 +20 /);
  expect(await readFile(join(cwd, "both.html"), "utf8")).toMatch(/<h1>\d evaluations side by side/);
  const json = await report("one", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    schema: "kwta-comparison@1",
    evaluations: [{}, {}],
    agreements: [{ n: 20 }],
  });

  const bad = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await report(...args);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  };
  expect(await bad("nowhere")).toMatch(
    /There is no evaluation in "nowhere"\. Name the folder that kwta evaluate printed/,
  );
  expect(await bad("one", "--format", "pdf")).toMatch(/format/);
  expect(await bad("plain", "--format", "npz")).toMatch(
    /were not saved\. Run its kwta evaluate again with --save-images/,
  );
  await writeFile(join(folder!, REPORT), '{"schema":"kwta-evaluation@2"}');
  expect(await bad("one")).toMatch(/report\.json" was written by an older version of kwta/);
}, 60_000);

test("a graph model is evaluated as a layers model is", async () => {
  await mkdir(join(cwd, "graph"));
  const { weightsManifest } = JSON.parse(await readFile(join(cwd, "plain/model.json"), "utf8")) as {
    weightsManifest: { weights: { name: string; shape: number[]; dtype: string }[] }[];
  };
  const weights = weightsManifest[0]!.weights.map((each, i) => ({ ...each, name: ["kernel", "bias"][i]! }));
  await writeFile(join(cwd, "graph/weights.bin"), await readFile(join(cwd, "plain/weights.bin")));
  await writeFile(join(cwd, "graph/shape.bin"), new Uint8Array(Int32Array.of(-1, 48).buffer));
  const float = { type: "DT_FLOAT" };
  const ints = (...values: number[]): object => ({ list: { i: values.map(String) } });
  const pool = { T: float, ksize: ints(1, 2, 2, 1), strides: ints(1, 2, 2, 1), padding: { s: "VkFMSUQ=" } };
  const sizes = [-1, 8, 8, 3].map((size) => ({ size: String(size) }));
  const node = [
    { name: "x", op: "Placeholder", attr: { dtype: float, shape: { shape: { dim: sizes } } } },
    { name: "kernel", op: "Const", attr: { dtype: float } },
    { name: "bias", op: "Const", attr: { dtype: float } },
    { name: "rows", op: "Const", attr: { dtype: { type: "DT_INT32" } } },
    { name: "pool", op: "AvgPool", input: ["x"], attr: pool },
    { name: "flat", op: "Reshape", input: ["pool", "rows"], attr: { T: float } },
    { name: "dense", op: "MatMul", input: ["flat", "kernel"], attr: { T: float } },
    { name: "sum", op: "BiasAdd", input: ["dense", "bias"], attr: { T: float } },
    { name: "softmax", op: "Softmax", input: ["sum"], attr: { T: float } },
  ];
  const manifest = [
    { paths: ["weights.bin"], weights },
    { paths: ["shape.bin"], weights: [{ name: "rows", shape: [2], dtype: "int32" }] },
  ];
  const json = { format: "graph-model", modelTopology: { node, versions: {} }, weightsManifest: manifest };
  await writeFile(join(cwd, "graph/model.json"), JSON.stringify(json));
  const [graph, plain] = [await evaluate("graph", "--json"), await evaluate("plain", "--json")];
  expect(graph.stderr).not.toMatch(/fault/);
  const [ours, theirs] = [plain, graph].map(({ stdout }) => JSON.parse(stdout) as Evaluation);
  expect(theirs!.cleanErrors).toEqual(ours!.cleanErrors);
  expect(theirs!.attacks[0]!.at[0]!.broken).toEqual(ours!.attacks[0]!.at[0]!.broken);
}, 60_000);
