import { digest, stableJson } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { provenanceOf } from "../../contract/provenance.ts";
import type { Run } from "../open-run.ts";

/** All that the result of a run depends on, by what people call it. */
export type RunIdentity = Readonly<Record<string, string>>;

/** Reads images and starts back to digest them, and the model's weights if it has a digest. */
export async function identityOf(run: Run): Promise<RunIdentity> {
  const { attack, threat, seed, aim, draws, budget, stopEarly, keepFailed, batchSize, traced, goal, ids } = run;
  const lists = goal.kind === "targeted" ? [goal.labels, goal.targets] : [goal.labels];
  const images = await Promise.all([run.x, run.start].map((x) => x?.data<"float32">() ?? "none"));
  return {
    attack: stableJson(provenanceOf(attack)),
    "threat model": stableJson(threat),
    seed: String(seed),
    "batch size": String(batchSize),
    settings: stableJson({ aim, draws, budget, stopEarly, keepFailed, traced: [...traced] }),
    samples: await digest(stableJson([goal.kind, run.x.shape]), ids, ...lists, ...images),
    model: (await run.classifier.digest?.()) ?? "unknown",
    backend: tf.getBackend(),
  };
}
