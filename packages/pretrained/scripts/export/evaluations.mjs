import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { epsText, readJson } from "@kwta/core";
import { checkEvaluation } from "@kwta/evaluation";

/** Of the evaluations that lie in a folder, what a card says; the cheapest protocol first. */
export async function evaluationsIn(folder, name) {
  const path = join(folder, "evaluations");
  const names = existsSync(path) ? await readdir(path) : [];
  const files = names.map((each) => join(path, each, "report.json")).filter((file) => existsSync(file));
  const reports = await Promise.all(files.map(async (file) => checkEvaluation(await readJson(file), file)));
  return reports.map((report) => cardEvaluation(report, name)).sort((a, b) => rank(a) - rank(b));
}

const PROTOCOLS = ["quick", "paper", "standard", "adaptive"];

function rank({ protocol }) {
  const at = PROTOCOLS.findIndex((each) => protocol === each || protocol.startsWith(`${each}:`));
  return at < 0 ? PROTOCOLS.length : at;
}

function cardEvaluation(report, name) {
  const { protocol, threat, seed, n, clean, robust, attacks, backend, environment, totals, diagnostics } = report;
  const counted = attacks.filter(({ role, at }) => role === "verdict" && at.length > 0);
  return {
    command: [
      `kwta evaluate pretrained:${name} --protocol ${protocol.id} --norm ${threat.norm}`,
      `--eps ${threat.epsilons.map(epsText).join(",")} --samples ${n} --seed ${seed}`,
    ].join(" "),
    protocol: protocol.id,
    norm: threat.norm,
    n,
    clean,
    robust: robust.map(({ eps, accuracy, complete, flagged }) => {
      const each = counted.flatMap(({ id, at }) => {
        const here = at.find((one) => one.eps === eps);
        return here === undefined ? [] : [{ id, accuracy: here.accuracy.value }];
      });
      return { eps, accuracy, complete, flagged, attacks: each };
    }),
    backend,
    kwta: environment.kwta,
    seconds: Math.round(totals.seconds),
    findings: diagnostics
      .filter(({ severity }) => severity !== "note")
      .map(({ id, severity, seen }) => ({ id, severity, seen })),
  };
}
