import { asClassifier, pgd, adaptive } from "@kwta/attacks";
import { evaluate, withAttacks } from "@kwta/evaluation";
import { decodeSafetensors, readInput } from "@kwta/core";
import { loadDataset, toTensors } from "@kwta/datasets";
import { createModel, loadStateDict } from "@kwta/models";
import { join } from "node:path";
import { test } from "vitest";
import { start } from "./backend.ts";
const references = process.env["KWTA_REFERENCE_DIR"]!;
test("measure", async () => {
  await start("auto");
  const { test: images } = await loadDataset("cifar10", { dataDir: process.env["KWTA_DATA_DIR"]! });
  const samples = toTensors(images, { start: 0, end: 24 });
  for (const [name, id] of [["r18w16-adv-relu", "resnet18-w16@relu"], ["r18w16-relu", "resnet18-w16@relu"], ["r18w16-kwta0.1", "resnet18-w16@kwta:0.1"]]) {
    const model = createModel(id!, { inputShape: [32, 32, 3], numClasses: 10 });
    loadStateDict(model, decodeSafetensors(await readInput(join(references, `${name}.safetensors`))).tensors);
    const c = asClassifier(model);
    for (const eps of ["2/255", "8/255"]) {
      const t = performance.now();
      const r = await evaluate(c, samples as never, { protocol: withAttacks({ id: "n", entries: [] }, [{ id: "pgd", attack: pgd({ steps: 40, stepSize: "0.1 eps" }) }, ...(name!.includes("kwta") ? [{ id: "gate", attack: adaptive(pgd({ steps: 20 })) }] : [])]), threat: { norm: "linf", eps } });
      console.log("NET", name, eps, "clean", r.clean.value, "robust", r.robust[0]!.accuracy.value, "s", Math.round(performance.now() - t) / 1000, "of which attacks", r.totals.seconds);
      for (const f of r.diagnostics) console.log("   ", f.severity, f.id, f.seen);
    }
  }
}, 900_000);
