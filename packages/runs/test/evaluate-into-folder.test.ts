import type { BackendReport } from "@kwta/backend";
import { asClassifier, pgd } from "@kwta/attacks";
import { openSafetensors, type Progress } from "@kwta/core";
import { toTensors } from "@kwta/datasets";
import { quick, withAttacks } from "@kwta/evaluation";
import { createModel } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { EXAMPLES, evaluateIntoFolder, findEvaluations, openDataset, readEvaluation } from "../src/index.node.ts";
import { start } from "./backend.ts";

let backend: BackendReport;
beforeAll(async () => void (backend = await start("wasm:threads=1")));

const protocol = quick({ steps: 3, estimateSamples: 0 });
const threat = { norm: "linf", eps: [0.02, 0.1] } as const;
/** The diagnostics' own questions are no part of this. */
const probes = 0;

test(
  "what is finished is kept: after a stop, for more attacks, and not for another backend",
  { timeout: 120_000 },
  async () => {
    const { test: images } = await openDataset({ name: "glyphs28", subset: 20, testSize: 20 });
    const model = createModel("small-cnn-w4@kwta:0.2", { inputShape: images.shape, numClasses: 10, seed: 0 });
    const samples = toTensors(images, { start: 0, end: images.size });
    const classifier = asClassifier(model);
    const before = tf.memory().numTensors;
    const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "kwta-evaluate-"));
    const { evaluation: straight } = await evaluateIntoFolder(await folder(), classifier, samples, {
      backend,
      protocol,
      threat,
      probes,
    });

    const path = await folder();
    const stop = new AbortController();
    const onProgress = ({ task, figures }: Progress): void => {
      if (task === "evaluate: gate" && figures!["eps"] === 0.1) stop.abort();
    };
    const stopped = evaluateIntoFolder(path, classifier, samples, {
      backend,
      protocol,
      threat,
      probes,
      signal: stop.signal,
      onProgress,
    });
    await expect(stopped).rejects.toThrow("Stopped");
    const parts = async (): Promise<string[]> => (await readdir(join(path, "parts"))).sort();
    const kept = await parts();
    expect(kept).toHaveLength(3);

    // Of what was begun with other settings it is said which differ, and it is refused where it is to be gone on with.
    const asked = { backend, protocol, threat, probes, seed: 7 };
    const notes: string[] = [];
    const slip = new AbortController();
    const onNote = (text: string): void => {
      notes.push(text);
      slip.abort();
    };
    const begun = evaluateIntoFolder(path, classifier, samples, { ...asked, signal: slip.signal, onNote });
    await expect(begun).rejects.toThrow("Stopped");
    expect(notes).toEqual([
      expect.stringMatching(/^The evaluation quick-linf-.*\(seed: 0, not 7\)\..*nothing of it is lost/),
    ]);
    const other = evaluateIntoFolder(path, classifier, samples, { ...asked, seed: 8, resume: true });
    await expect(other).rejects.toThrow(/was begun with other settings \(seed: [07], not 8\)/);
    const elsewhere = evaluateIntoFolder(await folder(), classifier, samples, { ...asked, resume: true });
    await expect(elsewhere).rejects.toThrow("There is no evaluation in");
    expect(await parts()).toEqual(kept);

    const tasks = new Set<string>();
    const more = withAttacks(protocol, [{ id: "short", attack: pgd({ steps: 1 }) }]);
    const { folder: own, evaluation: resumed } = await evaluateIntoFolder(path, classifier, samples, {
      backend,
      protocol: more,
      threat,
      probes,
      onProgress: ({ task }) => void tasks.add(task),
    });
    expect([...tasks]).toEqual(["evaluate: short", "evaluate: gate"]);
    expect(await readEvaluation(join(own, "report.json"))).toEqual(JSON.parse(JSON.stringify(resumed)));
    expect(own.slice(path.length)).toMatch(/^\/evaluations\/quick-linf-0\.02-to-0\.1-n20-[0-9a-f]{8}$/);
    const counted = ({ attacks }: typeof straight): unknown =>
      attacks.slice(0, 2).map(({ at }) => at.map((part) => ({ ...part, seconds: 0 })));
    expect(counted(resumed)).toEqual(counted(straight));
    expect(resumed.environment).toMatchObject({
      backend: expect.stringMatching(/^wasm:relaxedSimd=/) as string,
      node: process.versions.node,
    });
    expect(await parts()).toHaveLength(6);

    // Adversarial examples are there as soon as they are asked for, without an attack.
    const saving = { backend, protocol: more, threat, probes, saveImages: true, resume: true };
    const onStep = ({ task }: Progress): void => void tasks.add(`again: ${task}`);
    expect((await evaluateIntoFolder(path, classifier, samples, { ...saving, onProgress: onStep })).folder).toBe(own);
    expect([...tasks].filter((task) => task.startsWith("again"))).toEqual([]);
    const { tensors } = openSafetensors(await readFile(join(own, EXAMPLES)), EXAMPLES);
    const broken = resumed.robust.at(-1)!.broken.filter((position) => !resumed.cleanErrors.includes(position));
    expect([...tensors.get("position")!.read()]).toEqual(broken);
    expect(broken.length).toBeGreaterThan(0);

    // Another net in the same folder gets nothing of this one's, and a part that was damaged is made again.
    const foreign = createModel("small-cnn-w4@kwta:0.2", { inputShape: images.shape, numClasses: 10, seed: 1 });
    const ofItsOwn = async (at: string): Promise<unknown> =>
      (await evaluateIntoFolder(at, asClassifier(foreign), samples, { backend, protocol, threat, probes })).evaluation
        .robust;
    expect(await ofItsOwn(path)).toEqual(await ofItsOwn(await folder()));
    expect(await parts()).toHaveLength(10);
    foreign.dispose();
    const [part] = kept;
    const whole = await readFile(join(path, "parts", part!), "utf8");
    for (const damaged of [whole.slice(0, 100), whole.replace(/"seconds": /, '"seconds": 7'), "{}", "null"]) {
      await writeFile(join(path, "parts", part!), damaged);
      const { evaluation: again } = await evaluateIntoFolder(path, classifier, samples, {
        backend,
        protocol: more,
        threat,
        probes,
      });
      expect(counted(again)).toEqual(counted(straight));
    }

    const another = { ...backend, spec: "wasm:threads=1,winograd=false" };
    await evaluateIntoFolder(path, classifier, samples, { backend: another, protocol: more, threat, probes });
    expect(await parts()).toHaveLength(16);

    // A folder each: more attacks, another net, another backend; the same again comes to its own place.
    const folders = await findEvaluations(path);
    expect(new Set(folders).size).toBe(3);
    const same = await evaluateIntoFolder(path, classifier, samples, { backend, protocol: more, threat, batchSize: 7 });
    expect(folders).toContain(same.folder);
    expect(await findEvaluations(own)).toEqual([own]);
    expect(tf.memory().numTensors).toBe(before);
    samples.x.dispose();
    model.dispose();
  },
);
