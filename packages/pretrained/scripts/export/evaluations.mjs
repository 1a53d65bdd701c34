import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { epsText, formatSpec, formatValue, InputError, readJson, show } from "@kwta/core";
import { checkEvaluation } from "@kwta/evaluation";

/** Of the evaluations that lie in a folder, what a card says; the cheapest protocol first. */
export async function evaluationsIn(folder, name) {
  const path = join(folder, "evaluations");
  const names = existsSync(path) ? await readdir(path) : [];
  const files = names.map((each) => join(path, each, "report.json")).filter((file) => existsSync(file));
  const reports = await Promise.all(files.map(async (file) => checkEvaluation(await readJson(file), file)));
  return reports.map((report) => cardEvaluation(report, name)).sort(cheapestFirst);
}

const PROTOCOLS = ["quick", "paper", "standard", "adaptive"];

export function cheapestFirst(a, b) {
  return rank(a) - rank(b);
}

/** Its name, without version and parameters. */
export function protocolOf({ protocol }) {
  return /^[\w-]+/.exec(protocol)[0];
}

function rank(evaluation) {
  const at = PROTOCOLS.indexOf(protocolOf(evaluation));
  return at < 0 ? PROTOCOLS.length : at;
}

function cardEvaluation(report, name) {
  const { protocol, threat, n, clean, robust, attacks, environment, totals, diagnostics } = report;
  const counted = attacks.filter(({ role, at }) => role === "verdict" && at.length > 0);
  return {
    command: evaluateCommand(report, name),
    protocol: protocol.id,
    norm: threat.norm,
    n,
    clean,
    robust: robust.map(({ eps, accuracy, complete, flagged }) => {
      const each = counted.flatMap(({ provenance, on, at }) => {
        const here = at.find((one) => one.eps === eps);
        return here === undefined
          ? []
          : [{ attack: attackText(provenance), on, n: here.accuracy.n, accuracy: here.accuracy.value }];
      });
      return { eps, accuracy, complete, flagged, attacks: each };
    }),
    backend: environment.backend,
    kwta: environment.kwta,
    seconds: Math.round(totals.seconds),
    findings: diagnostics
      .filter(({ severity }) => severity !== "note")
      .map(({ id, severity, seen }) => ({ id, severity, seen })),
  };
}

/** Options of the command that made a report which say where files are, or what is computed with. */
const OF_THE_PLACE = new Set(["--net", "--dataset", "--data-dir", "--out", "--backend", "--threads", "--format"]);

/** The command that made a report, with the name of the net in place of its file. */
function evaluateCommand({ command, threat }, name) {
  const [, , , ...options] = command.split(" ");
  const pairs = [];
  for (let i = 0; i < options.length; i += 2) pairs.push([options[i], options[i + 1]]);
  if (pairs.some(([key, value]) => !key.startsWith("--") || value === undefined || value.startsWith("--"))) {
    throw new InputError(`The command ${show(command)} is not of the form kwta evaluate FILE --NAME VALUE ...`);
  }
  const kept = pairs.filter(([key]) => !OF_THE_PLACE.has(key)).map((pair) => pair.join(" "));
  if (!kept.some((pair) => pair.startsWith("--eps"))) kept.push(`--eps ${threat.epsilons.map(epsText).join(",")}`);
  return ["kwta evaluate", `pretrained:${name}`, ...kept].join(" ");
}

/** An attack with all of its parameters, as --attack takes it. */
function attackText(provenance) {
  return formatSpec(specOf(provenance));
}

function specOf({ id, params, of }) {
  const texts = Object.entries(params).map(([key, value]) => [key, formatValue(value)]);
  return { name: id.replace(/^kwta\//, ""), of: of.map(specOf), params: Object.fromEntries(texts) };
}
