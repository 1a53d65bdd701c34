import { epsText } from "@kwta/core";
import type { CardEvaluation, CardRate, ModelCard } from "@kwta/pretrained";

/** A model card for people. */
export function cardText({ name, dataset, training, weights, clean, evaluations }: ModelCard): string {
  const { command, epochs, seconds, seed, kwta, backend, gamma } = training;
  const lines = [
    `name         pretrained:${name}`,
    `data         ${dataset.name}, ${dataset.trainImages} training and ${dataset.testImages} test images, ${dataset.digest}`,
    `             ${dataset.source}`,
    `trained by   ${command}`,
    `             ${epochs} epochs, seed ${seed}, ${Math.round(seconds / 60)} min, kwta ${kwta}, ${backend}`,
    ...(gamma === undefined ? [] : [`kept at      gamma ${gamma}`]),
    `weights      ${weights.bytes} bytes, SHA-256 ${weights.sha256}`,
    `clean        ${percent(clean.accuracy)}`,
    ...evaluations.flatMap(evaluationLines),
  ];
  return lines.join("\n");
}

/** All cards in a table: the lowest robust accuracy that any evaluation found at each eps. */
export async function cardsTable(cards: readonly ModelCard[]): Promise<string> {
  const { formatTable } = await import("@kwta/viz");
  return formatTable({
    columns: ["name", "kB", "clean", "robust, worst case of all evaluations"],
    rows: cards.map(({ name, weights, clean, evaluations }) => [
      name,
      Math.round(weights.bytes / 1000),
      `${(100 * clean.accuracy.value).toFixed(1)} %`,
      worstCases(evaluations).join(", "),
    ]),
  });
}

function worstCases(evaluations: readonly CardEvaluation[]): string[] {
  const worst = new Map<string, CardRate>();
  for (const { norm, robust } of evaluations) {
    for (const { eps, accuracy } of robust) {
      const at = `${norm} ${epsText(eps)}`;
      if (accuracy.value <= (worst.get(at)?.value ?? 1)) worst.set(at, accuracy);
    }
  }
  return [...worst].map(([at, { value, n }]) => `${(100 * value).toFixed(0)} % of ${n} at ${at}`);
}

function evaluationLines({ command, protocol, norm, robust, findings }: CardEvaluation): string[] {
  return [
    `attacked by  ${command}`,
    ...robust.map(({ eps, accuracy, complete, flagged, attacks }) => {
      const doubts = [...(complete ? [] : ["an upper bound"]), ...(flagged ? ["not to be believed"] : [])];
      const said = doubts.length === 0 ? "" : `: ${doubts.join(", ")}`;
      const each = attacks.map(({ attack, accuracy: left }) => `${nameOf(attack)} ${(100 * left).toFixed(0)}`);
      return `             ${protocol}, ${norm} ${epsText(eps)}: ${percent(accuracy)}${said} (${each.join(", ")})`;
    }),
    ...findings.map(({ severity, seen }) => `             ${severity}: ${seen}`),
  ];
}

/** `pgd` of `pgd:steps=40`. */
function nameOf(attack: string): string {
  return /^[\w-]+/.exec(attack)?.[0] ?? attack;
}

function percent({ value, low, high, n }: CardRate): string {
  const [share, least, most] = [value, low, high].map((each) => (100 * each).toFixed(1));
  return `${share} % (${least} to ${most}) of ${n} images`;
}
