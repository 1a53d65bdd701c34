import { appendFileSync } from "node:fs";
import { test } from "vitest";
import { tensorflow } from "../../packages/backend-tensorflow/src/index.node.ts";
import { wasm } from "../../packages/backend-wasm/src/index.ts";
import { cpu, startBackend } from "../../packages/backend/src/index.ts";
import { drawFor } from "../operations/draw.ts";
import { checkOperation, OPERATIONS } from "../operations/index.ts";
const only = process.env["ONLY"]?.split(",");
const n = Number(process.env["KWTA_CASES"] ?? 40);
const seed = Number(process.env["SEED"] ?? 1);
for (const backend of [cpu(), wasm(), tensorflow()])
  test(backend.name, async () => {
    await startBackend([backend]);
    const t0 = performance.now();
    for (const op of OPERATIONS) {
      if (only && !only.includes(op.name)) continue;
      const t = performance.now();
      const f = await checkOperation(op, n, seed);
      if (process.env["ALL"] && f.wrong) for (let i = 0; i < n; i++) {
        const one = await checkOperation({ name: op.name, draw: () => op.draw(drawFor(seed, op.name, i)) }, 1, seed + i);
        if (one.first) appendFileSync("/tmp/h-scratch.txt", `  ${one.first}\n`);
      }
      const ms = performance.now() - t;
      if (f.wrong || ms > 2000) appendFileSync("/tmp/h-scratch.txt", `${backend.name} ${op.name} wrong ${f.wrong}/${n} ${ms.toFixed(0)}ms ${f.first ?? ""}\n`);
    }
    appendFileSync("/tmp/h-scratch.txt", `${backend.name} total ${(performance.now() - t0).toFixed(0)} ms\n`);
  }, 600000);
