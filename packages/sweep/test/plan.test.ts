import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkJob, neededJobs, planSweep, readSweep, type Job } from "../src/index.node.ts";

const train = { model: ["a@relu", "a@kwta:0.1"], method: "adversarial:eps=8/255,steps=7", seed: [0, 1, 2] };
const evaluate = { protocol: ["quick", "standard"], eps: "2/255,8/255", samples: 10 };

test("a grid becomes each combination once, evaluations after the trainings that they are of", async () => {
  const jobs = await planSweep(readSweep({ train, evaluate }));
  expect(jobs).toHaveLength(6 + 12);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(18);
  const before = new Set<string>();
  for (const job of jobs) {
    for (const id of neededJobs(job)) expect(before).toContain(id);
    before.add(job.id);
  }
  expect(
    new Set(jobs.filter(({ command }) => command === "train").map(({ options }) => JSON.stringify(options))).size,
  ).toBe(6);
  // The same job in another sweep, its options written in another order.
  const [one] = await planSweep(readSweep({ train: { seed: "0", method: train.method, model: "a@relu" }, memory: 8 }));
  expect(one!.id).toBe(jobs[0]!.id);
  const [other] = await planSweep(
    readSweep({ train: { seed: 0, method: train.method, model: "a@relu" }, backend: "cpu" }),
  );
  expect(other!.id).not.toBe(jobs[0]!.id);
});

test("samples are cut into ranges that cover each once, and one evaluation takes them all", async () => {
  const jobs = await planSweep(readSweep({ evaluate: { model: "pretrained:net", samples: 10 }, split: 4 }));
  expect(jobs.map(({ options }) => options["range"])).toEqual(["0-3", "4-7", "8-9", undefined]);
  expect(neededJobs(jobs[3]!)).toEqual(jobs.slice(0, 3).map(({ id }) => id));
  expect(await planSweep(readSweep({ evaluate: { model: "pretrained:net", samples: 4 }, split: 4 }))).toHaveLength(1);
});

test("a model on this machine is another job when its file is another", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "kwta-sweep-")), "net.onnx");
  const id = async (content: string): Promise<string> => {
    await writeFile(file, content);
    return (await planSweep({ evaluate: { model: file, dataset: "mnist" } }))[0]!.id;
  };
  expect(await id("one")).not.toBe(await id("two"));
  expect(await id("one")).toBe(await id("one"));
});

test.each([
  [{}, "asks for nothing"],
  [{ train: { modle: "a" } }, "modle"],
  [{ train: { out: "/tmp/x" } }, "out"],
  [{ train: { model: [] } }, "empty"],
  [{ train: { model: {} } }, "text"],
  [{ train: { recipe: "../recipe" } }, "no files"],
  [{ evaluate: { eps: 0.1 } }, "without saying what"],
  [{ evaluate: { model: "pretrained:x", protocol: "evil.js" } }, "no files"],
  [{ evaluate: { model: "pretrained:x", plugin: "evil" } }, "plugin"],
  [{ train, backend: "tensorflow:from=/tmp" }, "--backend"],
  [
    { train: { seed: Array.from({ length: 400 }, (_, i) => i), subset: Array.from({ length: 400 }, (_, i) => i) } },
    "160000",
  ],
  [{ train, schema: "kwta-sweep@9" }, "kwta-sweep@9"],
  [{ train, spilt: 2 }, "split"],
  [[], "[]"],
])("%j is refused", (value, why) => {
  expect(() => readSweep(value)).toThrow(why);
});

const [good] = await planSweep({ train: { model: "a@relu", seed: 0 } });
const [attack] = await planSweep({ evaluate: { model: "pretrained:net" } });

test("job data from elsewhere is checked: only what a sweep can make is run", async () => {
  for (const job of [good!, attack!]) expect(await checkJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  const forged: [unknown, string][] = [
    [null, "no object"],
    [{ ...good, id: attack!.id }, "id is not that"],
    [{ ...good, options: { seed: "1" } }, "id is not that"],
    [{ ...good, command: "setup" }, "command"],
    [{ ...good, program: "/bin/sh" }, "program"],
    [await signed({ ...good!, options: { "data-dir": "/etc" } }), "data-dir"],
    [await signed({ ...good!, options: { model: "../../etc" } }), "no files"],
    [await signed({ ...good!, options: { model: "a --plugin=evil;\n" } }), "no files"],
    [await signed({ ...good!, options: { seed: 1 } as never }), "option"],
    [await signed({ ...good!, backend: "wasm --plugin=x" }), "backend"],
    [await signed({ ...attack!, model: { here: "/etc/passwd", digest: "" } }), "model"],
    [await signed({ ...attack!, model: { pretrained: "../x" } }), "model"],
    [await signed({ ...attack!, model: { trained: "../../x" } }), "model"],
    [await signed({ ...attack!, parts: ["../../etc"] }), "parts"],
    [await signed({ ...attack!, options: { plugin: "evil" } }), "plugin"],
    [await signed({ ...attack!, options: { protocol: "http://evil/x" } }), "no files"],
    [await signed({ ...attack!, options: { model: "http://evil/x" } }), "model"],
    [await signed({ ...attack!, options: { constructor: "x" } as never }), "constructor"],
  ];
  for (const [value, why] of forged) await expect(checkJob(value)).rejects.toThrow(why);
});

/** With the id that fits, as whoever forges it would do. */
async function signed(job: Job): Promise<Job> {
  const { jobId } = await import("../src/jobs/job.ts");
  return { ...job, id: await jobId(job) };
}
