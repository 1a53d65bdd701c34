import type { AttackProvenance } from "@kwta/attacks";
import { epsText } from "@kwta/core";
import type { AttackEvaluation, Evaluation } from "@kwta/evaluation";
import { targetText } from "./goal.ts";
import { sum } from "./words.ts";

/** One question of the checklist, answered from the numbers of a report. */
export interface ChecklistItem {
  readonly question: string;
  /** `"no"`: it was not done. `"you"`: no report can know. */
  readonly state: "yes" | "partly" | "no" | "you";
  /** What was done, or what is missing and how to add it. */
  readonly answer: string;
}

/**
 * The evasion-testing checklist, filled in: the threat model in words, adaptive attacks, signs of a masked gradient, more than
 * one attack, attacks for those who see decisions alone.
 *
 * @see OWASP AI Exchange, "Testing for evasion" (2026)
 */
export function evasionChecklist(evaluation: Evaluation): ChecklistItem[] {
  return [
    access(evaluation),
    goal(evaluation),
    perturbation(evaluation),
    queries(evaluation),
    {
      question: "Timing",
      state: "yes",
      answer: "At inference: the model is fixed and learns nothing from the attack.",
    },
    severalAttacks(evaluation),
    adaptiveAttacks(evaluation),
    blackBoxBeside(evaluation),
    overBudgets(evaluation),
    noiseBeside(evaluation),
    decisions(evaluation),
    findings(evaluation),
    samples(evaluation),
    {
      question: "Harm of an evasion",
      state: "you",
      answer: "What a wrong answer costs in your use is not in any report.",
    },
  ];
}

const SEES = {
  gradient: "the weights, so all gradients (white box)",
  score: "the scores of each class",
  label: "decisions alone",
} as const;

/** Attacks that were run at least once. */
function ran({ attacks }: Evaluation): AttackEvaluation[] {
  return attacks.filter(({ at, nearest }) => at.length > 0 || nearest !== undefined);
}

function names(attacks: readonly AttackEvaluation[]): string {
  return attacks.map(({ id }) => id).join(", ");
}

function access(evaluation: Evaluation): ChecklistItem {
  const question = "Knowledge and access";
  const found = (["gradient", "score", "label"] as const).filter((kind) =>
    ran(evaluation).some(({ access: asks }) => asks === kind),
  );
  if (found.length === 0) return { question, state: "no", answer: "No attack was run." };
  const answer = `Attacks see ${found.map((kind) => SEES[kind]).join("; others ")}. They know the right labels.`;
  return { question, state: "yes", answer };
}

function goal(evaluation: Evaluation): ChecklistItem {
  const target = targetText(evaluation);
  if (target !== undefined) return { question: "Goal", state: "yes", answer: `Targeted: ${target}.` };
  const targeted = ran(evaluation).some(({ provenance }) => contains(provenance, isTargeted));
  const how = targeted ? ", some attacks on the way to classes that they choose" : "";
  return { question: "Goal", state: "yes", answer: `Any class but the right one (untargeted)${how}.` };
}

const TARGETED: ReadonlySet<string> = new Set([
  "kwta/apgd-t",
  "kwta/fab-t",
  "kwta/malt",
  "kwta/pma-plus",
  "kwta/multi-target",
]);
const isTargeted = ({ id }: AttackProvenance): boolean => TARGETED.has(id);

function contains(attack: AttackProvenance, test: (attack: AttackProvenance) => boolean): boolean {
  return test(attack) || attack.of.some((each) => contains(each, test));
}

function perturbation({ threat }: Evaluation): ChecklistItem {
  const { norm, epsilons, bounds } = threat;
  const answer = `${norm}, at most ${epsilons.map(epsText).join(", ")}, images in [${bounds.min}, ${bounds.max}].`;
  return { question: "Perturbation budget", state: "yes", answer };
}

function queries({ totals, n }: Evaluation): ChecklistItem {
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
  const mean = (total: number): number => Math.round(total / n);
  const answer =
    `Up to ${most(totals.queriesOf)} forward and ${most(totals.gradientsOf)} backward passes of an image over all attacks; ` +
    `${mean(totals.queries)} and ${mean(totals.gradients)} on average.`;
  return { question: "Query budget", state: "yes", answer };
}

function severalAttacks(evaluation: Evaluation): ChecklistItem {
  const question = "An ensemble of attacks";
  const counting = ran(evaluation).filter(({ role }) => role === "verdict");
  const kinds = new Set(counting.map(({ provenance }) => JSON.stringify(provenance)));
  const answer = `${evaluation.protocol.id}: ${names(counting) || "nothing was run"}.`;
  if (kinds.size >= 3) return { question, state: "yes", answer };
  return {
    question,
    state: kinds.size === 2 ? "partly" : "no",
    answer: `${answer} Run --protocol standard, which is AutoAttack's composition.`,
  };
}

/** What makes an attack fit a defence: other backward passes, expectations over randomness, estimates of the gradient. */
const ADAPTIVE: ReadonlySet<string> = new Set([
  "kwta/adaptive",
  "kwta/eot",
  "kwta/estimated-gradient",
  "kwta/gradient-estimate",
]);

function adaptiveAttacks(evaluation: Evaluation): ChecklistItem {
  const question = "Adaptive attacks";
  const found = ran(evaluation).filter(({ provenance }) => contains(provenance, ({ id }) => ADAPTIVE.has(id)));
  if (found.length > 0) return { question, state: "yes", answer: `${names(found)}.` };
  const answer = "None ran. If the model has a defence, run --protocol adaptive, or an attack made for it by --plugin.";
  return { question, state: "no", answer };
}

function blackBoxBeside(evaluation: Evaluation): ChecklistItem {
  const question = "Black box beats white box?";
  const seen = seenBy(evaluation, "black-box-wins");
  if (seen !== undefined) return { question, state: "yes", answer: seen };
  const black = ran(evaluation).filter(({ access: asks }) => asks !== "gradient");
  const white = ran(evaluation).filter(({ access: asks }) => asks === "gradient");
  if (black.length === 0 || white.length === 0) {
    const missing =
      black.length === 0 ? "No attack without gradients ran: add --attack square." : "No gradient attack ran.";
    return { question, state: "no", answer: missing };
  }
  const parts = evaluation.robust.map(({ eps }) => {
    const broken = brokenBy(white, eps);
    const beyond = [...brokenBy(black, eps)].filter((position) => !broken.has(position));
    return `${beyond.length} at eps ${epsText(eps)}`;
  });
  return { question, state: "yes", answer: `Images that only ${names(black)} broke: ${parts.join(", ")}.` };
}

/** What any of these attacks broke by itself at this eps or below. */
function brokenBy(attacks: readonly AttackEvaluation[], eps: number): Set<number> {
  return new Set(attacks.flatMap(({ at }) => at.filter((part) => part.eps <= eps).flatMap(({ broke }) => broke)));
}

/** What a diagnostic check saw of it. */
function seenBy({ diagnostics }: Evaluation, id: string): string | undefined {
  const found = diagnostics.filter((each) => each.id === id).map(({ seen }) => seen);
  return found.length === 0 ? undefined : found.join(" ");
}

/** Whether a diagnostic check looked and saw nothing. */
function isCleared({ checks = [] }: Evaluation, id: string): boolean {
  return checks.some((each) => each.id === id && each.outcome === "clear");
}

function overBudgets(evaluation: Evaluation): ChecklistItem {
  const { robust, clean } = evaluation;
  const question = "Success rises with the budget?";
  const seen = seenBy(evaluation, "not-monotone");
  if (seen !== undefined) return { question, state: "yes", answer: seen };
  const asked = isCleared(evaluation, "not-monotone") ? "PGD loses nothing with four times the eps. " : "";
  if (robust.length < 2) {
    if (asked !== "") return { question, state: "partly", answer: `${asked}Only one size was run.` };
    const answer =
      "Only one size was run. Give several, up to one that must break everything: --eps 2/255,8/255,64/255.";
    return { question, state: "no", answer };
  }
  const curve = [`${clean.count} at 0`, ...robust.map(({ eps, accuracy }) => `${accuracy.count} at ${epsText(eps)}`)];
  const last = robust.at(-1)!.accuracy;
  const end =
    last.count === 0 ? "It ends at none, as it must." : "It does not end at 0; a larger size must break everything.";
  return {
    question,
    state: last.count === 0 ? "yes" : "partly",
    answer: `${asked}Images left: ${curve.join(", ")}. ${end}`,
  };
}

const NOISE: ReadonlySet<string> = new Set(["kwta/uniform-noise", "kwta/gaussian-noise"]);

function noiseBeside(evaluation: Evaluation): ChecklistItem {
  const question = "Noise beats gradients?";
  const seen = seenBy(evaluation, "noise-wins");
  if (seen !== undefined) return { question, state: "yes", answer: seen };
  const noise = ran(evaluation).filter(({ provenance }) => NOISE.has(provenance.id));
  if (noise.length === 0 && isCleared(evaluation, "noise-wins")) {
    return {
      question,
      state: "yes",
      answer: "No: random points broke none of the images that stand and were asked about.",
    };
  }
  if (noise.length === 0) return { question, state: "no", answer: "Not run: add --attack uniform-noise." };
  const guided = ran(evaluation).filter(({ access: asks }) => asks === "gradient");
  const parts = evaluation.robust.map(({ eps }) => {
    const broken = brokenBy(guided, eps);
    return `${[...brokenBy(noise, eps)].filter((position) => !broken.has(position)).length} at eps ${epsText(eps)}`;
  });
  return {
    question,
    state: "yes",
    answer: `Images that ${names(noise)} broke and no gradient attack: ${parts.join(", ")}.`,
  };
}

function decisions(evaluation: Evaluation): ChecklistItem {
  const question = "Decision attacks";
  const found = ran(evaluation).filter(({ access: asks, provenance }) => asks === "label" && !NOISE.has(provenance.id));
  if (found.length > 0) return { question, state: "yes", answer: `${names(found)}.` };
  return {
    question,
    state: "no",
    answer: "None ran. If only labels are shown, add --attack hop-skip-jump or boundary.",
  };
}

/** The checks that ask the model itself: without them, what hides a gradient is not looked for. */
const PROBING: ReadonlySet<string> = new Set(["full-budget", "noise-wins", "not-monotone", "gradient-agreement"]);

function findings({ diagnostics, checks = [] }: Evaluation): ChecklistItem {
  const question = "Diagnostics";
  const red = diagnostics.filter(({ severity }) => severity === "red-flag").length;
  const others = diagnostics.length - red;
  if (red > 0) {
    return { question, state: "no", answer: `${red} red and ${others} other flags stand: see the top of this report.` };
  }
  const unrun = checks.filter(({ outcome }) => outcome === "not-run").map(({ id }) => id);
  const looked = checks.length - unrun.length;
  const read = others > 0 ? `, ${others} to read at the top of this report` : "";
  if (looked === 0) return { question, state: "no", answer: "No check was run." };
  const missing = unrun.length === 0 ? "" : ` Not run: ${unrun.join(", ")}.`;
  return {
    question,
    // Some checks concern attacks that a protocol may well leave out.
    state: unrun.some((id) => PROBING.has(id)) ? "partly" : "yes",
    answer: `No red flag in ${looked} of ${checks.length} checks${read}.${missing}`,
  };
}

function samples({ n, robust, stopped }: Evaluation): ChecklistItem {
  const question = "Enough images, run to the end";
  const widest = Math.max(0, ...robust.map(({ accuracy }) => accuracy.high - accuracy.low));
  const missing = sum((stopped?.missing ?? []).map((each) => each.samples));
  const answer = `${n} images: intervals up to ${(100 * widest).toFixed(0)} points wide.${missing > 0 ? ` ${missing} runs of an image are missing.` : ""}`;
  return { question, state: missing === 0 && widest <= 0.1 ? "yes" : "partly", answer };
}
