import {
  checkSamples,
  predict,
  threatModel,
  type Bounds,
  type CheckedSamples,
  type Classifier,
  type Norm,
  type Predictions,
  type Samples,
  type ThreatModel,
} from "@kwta/attacks";
import { checkOptions, checkSeed, checkWhole, InputError, show, type LongWork } from "@kwta/core";
import { PROBED } from "./diagnostics/probes.ts";
import { startClock, type Clock } from "./engine/clock.ts";
import { counts } from "./engine/standings.ts";
import { fitProtocol } from "./protocols/fit-protocol.ts";
import { type Protocol, type ProtocolEntry, type ProtocolMaker } from "./protocols/protocol.ts";
import { partKeys, type PartKeys } from "./units/part-keys.ts";
import type { PartStore } from "./units/parts.ts";
import { runUnit } from "./units/run-unit.ts";
import type { UnitRunner } from "./units/unit.ts";
import type { EvaluationSettings, EvaluationSubject } from "./evaluation.ts";
import { chooseTargets, goalOfChoice, type TargetChoice, type TargetedGoal } from "./targets.ts";

/** @see {@link evaluate} */
export interface EvaluateOptions extends LongWork {
  readonly protocol: Protocol | ProtocolMaker;
  /** What the attacker may do: one size of the perturbation or several. Without `bounds`, those of the classifier. */
  readonly threat: {
    readonly norm: Norm;
    readonly eps: number | string | readonly (number | string)[];
    readonly bounds?: Bounds | undefined;
  };
  /** @defaultValue 0 */
  readonly seed?: number | undefined;
  /**
   * Makes the evaluation targeted: a sample is broken where an attack leads it to this class. Attacks that go for any wrong class
   * are not run then.
   *
   * @defaultValue untargeted: any wrong class will do
   */
  readonly targets?: TargetChoice | undefined;
  /** Samples in one call of the model. @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** Over how many draws the scores of a random model are averaged for a verdict. @defaultValue 20 */
  readonly draws?: number | undefined;
  /** How many adversarial images to keep of each attack at each eps: those of the first samples. @defaultValue 0 */
  readonly keepImages?: number | undefined;
  /**
   * Where finished units of work are kept, by digests of all that they depend on, so that an evaluation that was stopped goes
   * on with what is missing, and never with what belongs to another one: {@link partsInMemory}, or a folder.
   *
   * @defaultValue nothing is kept
   */
  readonly parts?: PartStore | undefined;
  /**
   * What else the numbers depend on, such as versions and settings of the backend: goes into the report, and into the digest
   * of kept parts.
   */
  readonly environment?: Readonly<Record<string, string | number>> | undefined;
  /**
   * Seconds after which the evaluation stops, with a report of what is done and what is not.
   *
   * @defaultValue no end
   */
  readonly budget?: number | undefined;
  /** The least time between two states of an attack that `parts` keeps, in milliseconds. @defaultValue 10,000 */
  readonly snapshotEveryMs?: number | undefined;
  /** Whether every attack is run on all samples, even where the protocol runs it on survivors. @defaultValue false */
  readonly alone?: boolean | undefined;
  /**
   * How many samples the diagnostics ask further questions about, some 250 forward and 100 backward passes each: those that stand
   * first. 0 leaves such diagnostics out.
   *
   * @defaultValue 20
   */
  readonly probes?: number | undefined;
  /** Does the work: on workers, for example. @defaultValue this process, with the classifier */
  readonly runner?: UnitRunner | undefined;
  /**
   * Receives what the numbers will depend on, before any attack, and is awaited: what it throws ends the evaluation.
   */
  readonly onOpen?: ((settings: EvaluationSettings) => unknown) | undefined;
  /** The command line, for the report. */
  readonly command?: string | undefined;
  /** What is attacked, for the report. */
  readonly subject?: EvaluationSubject | undefined;
  /** Named in progress events. @defaultValue "evaluate" */
  readonly task?: string | undefined;
}

const OPTIONS: Readonly<Record<keyof EvaluateOptions, true>> = {
  protocol: true,
  threat: true,
  seed: true,
  targets: true,
  batchSize: true,
  draws: true,
  keepImages: true,
  parts: true,
  environment: true,
  budget: true,
  snapshotEveryMs: true,
  alone: true,
  probes: true,
  runner: true,
  onOpen: true,
  command: true,
  subject: true,
  task: true,
  signal: true,
  onProgress: true,
};

/** An evaluation, checked once: all that its attacks share. */
export interface OpenEvaluation extends Pick<LongWork, "onProgress"> {
  readonly classifier: Classifier;
  readonly samples: CheckedSamples;
  readonly clean: Predictions;
  /** Left out where any wrong class will do. */
  readonly goal: TargetedGoal | undefined;
  /** The target of each sample, in a targeted evaluation. */
  readonly targets: Int32Array | undefined;
  readonly protocol: Protocol;
  /** One for each eps, rising. */
  readonly threats: readonly ThreatModel[];
  readonly seed: number;
  readonly batchSize: number;
  readonly draws: number | undefined;
  readonly keepImages: number;
  readonly parts: PartStore | undefined;
  readonly keys: PartKeys;
  /** The values of a sample's image, by its position. */
  readonly pixelsOf: (position: number) => Float32Array;
  /** Whether the best points that an attack finds at an eps are where others begin at the next. */
  readonly handsOn: (entry: ProtocolEntry) => boolean;
  /** Whether adversarial points are read back: also where the report shows none, those in `parts` may be asked for later. */
  readonly keepsPoints: boolean;
  readonly runner: UnitRunner;
  readonly clock: Clock;
  readonly budget: number | undefined;
  readonly probes: number;
  readonly environment: NonNullable<EvaluateOptions["environment"]>;
  readonly command: string | undefined;
  readonly subject: EvaluationSubject | undefined;
  readonly task: string;
}

/**
 * The door of {@link evaluate}; asks the model for its clean answers, which all attacks share.
 *
 * @throws InputError for bad input of any kind
 */
export async function openEvaluation(
  classifier: Classifier,
  given: Samples,
  options: EvaluateOptions,
): Promise<OpenEvaluation> {
  checkOptions("evaluate", options, OPTIONS);
  const { seed = 0, batchSize = 100, keepImages = 0, parts, task = "evaluate", signal, onProgress } = options;
  const { environment = {}, draws, budget, alone = false, probes = PROBED, command, subject } = options;
  const fitting = fitProtocol(options.protocol, options.threat.norm, classifier);
  const protocol = checkProtocol(each(fitting, alone), options.threat.norm);
  const threats = checkThreats(classifier, options.threat);
  const samples = checkSamples(given, classifier);
  if (samples.ids.length === 0) throw new InputError("There are no images to evaluate on. Give at least one.");
  checkSeed(seed);
  checkWhole("keepImages", keepImages, 0);
  checkWhole("probes", probes, 0);
  if (budget !== undefined && !(budget > 0)) {
    throw new InputError(`budget is ${show(budget)}; give a number of seconds above 0.`);
  }
  const clock = startClock(budget, signal);
  const clean = await predict(classifier, samples, { batchSize, draws, signal });
  const choosing = { seed, batchSize, draws: draws ?? DRAWS, signal: clock.signal };
  const choice = options.targets;
  const targets = choice === undefined ? undefined : await chooseTargets(choice, classifier, samples, choosing);
  const pixelsOf = await pixelsByPosition(samples);
  const { labels, ids } = samples;
  const how = { batchSize, snapshotEveryMs: options.snapshotEveryMs };
  const isHanding = protocol.entries.some(({ start }) => start === "best");
  return {
    classifier,
    samples,
    clean,
    goal: choice === undefined ? undefined : goalOfChoice(choice),
    targets,
    protocol,
    threats,
    seed,
    batchSize,
    draws,
    keepImages,
    parts,
    keys: partKeys({ classifier, environment, pixelsOf, labels, ids, targets }),
    pixelsOf,
    // Also those of the largest eps, since a larger one may be asked for later.
    handsOn: (entry) => isHanding && counts(entry),
    keepsPoints: keepImages > 0 || parts !== undefined,
    runner: options.runner ?? { count: 1, run: (unit, work) => runUnit(classifier, unit, { ...how, ...work }) },
    clock,
    budget,
    probes,
    environment,
    command,
    subject,
    task,
    onProgress,
  };
}

/** As attacks have it. */
const DRAWS = 20;

/** The protocol; with `alone`, every attack of it on all samples. */
function each(protocol: Protocol, alone: boolean): Protocol {
  if (!alone || protocol.entries.every(({ on = "all" }) => on === "all")) return protocol;
  return { id: `${protocol.id} (each alone)`, entries: protocol.entries.map((entry) => ({ ...entry, on: "all" })) };
}

async function pixelsByPosition({ x, ids }: CheckedSamples): Promise<OpenEvaluation["pixelsOf"]> {
  // A copy: what a backend gives out may be its own memory.
  const values = (await x.data<"float32">()).slice();
  const size = values.length / ids.length;
  return (position) => values.subarray(position * size, (position + 1) * size);
}

function checkProtocol(protocol: Protocol, norm: Norm): Protocol {
  const ids = protocol.entries.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new InputError(
      `The protocol ${protocol.id} has two attacks of the name ${show(twice)}. Give each a name of its own, or leave one out.`,
    );
  }
  for (const entry of protocol.entries) checkEntry(entry, norm);
  return protocol;
}

/** What an attack would refuse hours later. */
function checkEntry({ id, attack, aim, rounds = 1, passes = 1 }: ProtocolEntry, norm: Norm): void {
  checkWhole(`The number of rounds of ${show(id)}`, rounds);
  checkWhole(`The number of passes of ${show(id)}`, passes);
  if (!attack.norms.includes(norm)) {
    throw new InputError(`The attack ${attack.id} works in ${attack.norms.join(", ")}, not in ${norm}.`);
  }
  if (aim !== "nearest") return;
  if (attack.kind !== "minimum-norm") {
    throw new InputError(
      `The attack ${attack.id} needs an eps, and ${show(id)} is to look for the nearest points. ` +
        "Take a minimum-norm attack; minimumNorm(attack) makes one of any attack.",
    );
  }
  if (rounds > 1) throw new InputError(`${show(id)} looks for the nearest points, which are not looked for in rounds.`);
}

function checkThreats({ bounds }: Classifier, threat: EvaluateOptions["threat"]): readonly ThreatModel[] {
  const { norm, eps } = threat;
  const list = Array.isArray(eps) ? (eps as readonly (number | string)[]) : [eps as number | string];
  if (list.length === 0) throw new InputError('No eps was given. Give at least one, such as "8/255".');
  const threats = list.map((size) => threatModel({ norm, eps: size, bounds: threat.bounds ?? bounds }));
  const byEps = new Map(threats.map((one) => [one.eps, one]));
  return [...byEps.values()].sort((a, b) => a.eps - b.eps);
}
