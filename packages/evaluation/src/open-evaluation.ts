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
import type { AttackAtEps, EvaluationSubject } from "./evaluation.ts";
import { partKeys, type PartKeys } from "./part-keys.ts";
import { toProtocol, type Protocol, type ProtocolMaker } from "./protocols/protocol.ts";

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
  /** Samples in one call of the model. @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** How many adversarial images to keep of each attack at each eps. @defaultValue 0 */
  readonly keepImages?: number | undefined;
  /**
   * Where finished parts are kept, by a digest of all that they depend on, so that an evaluation that was stopped goes on
   * with what is missing, and never with what belongs to another one. A `Map` will do.
   *
   * @defaultValue nothing is kept
   */
  readonly parts?: PartStore | undefined;
  /**
   * What else the numbers depend on, such as versions and settings of the backend: goes into the report, and into the digest
   * of kept parts.
   */
  readonly environment?: Readonly<Record<string, string | number>> | undefined;
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
  batchSize: true,
  keepImages: true,
  parts: true,
  environment: true,
  command: true,
  subject: true,
  task: true,
  signal: true,
  onProgress: true,
};

/** Keeps parts of an evaluation by their keys. */
export interface PartStore {
  get(key: string): EvaluationPart | undefined | Promise<EvaluationPart | undefined>;
  /** Awaited before the evaluation goes on. */
  set(key: string, part: EvaluationPart): unknown;
}

/** What one attack did at one eps: positions of the samples that it newly broke, and what it cost. */
export type EvaluationPart = Omit<AttackAtEps, "broken" | "accuracy" | "successRate">;

/** An evaluation, checked once: all that its attacks share. */
export interface OpenEvaluation extends LongWork {
  readonly classifier: Classifier;
  readonly samples: CheckedSamples;
  readonly clean: Predictions;
  readonly protocol: Protocol;
  /** One for each eps, rising. */
  readonly threats: readonly ThreatModel[];
  readonly seed: number;
  readonly batchSize: number;
  readonly keepImages: number;
  readonly parts: PartStore | undefined;
  readonly keyOf: PartKeys;
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
  const { environment = {}, command, subject } = options;
  const protocol = checkProtocol(toProtocol(options.protocol));
  const threats = checkThreats(classifier, options.threat);
  const samples = checkSamples(given, classifier);
  if (samples.ids.length === 0) throw new InputError("There are no images to evaluate on. Give at least one.");
  checkSeed(seed);
  checkWhole("keepImages", keepImages, 0);
  const clean = await predict(classifier, samples, { batchSize, signal });
  return {
    classifier,
    samples,
    clean,
    protocol,
    threats,
    seed,
    batchSize,
    keepImages,
    parts,
    keyOf: partKeys(classifier, samples, { seed, keepImages, environment }),
    environment,
    command,
    subject,
    task,
    signal,
    onProgress,
  };
}

function checkProtocol(protocol: Protocol): Protocol {
  const ids = protocol.entries.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new InputError(
      `The protocol ${protocol.id} has two attacks of the name ${show(twice)}. Give each a name of its own, or leave one out.`,
    );
  }
  return protocol;
}

function checkThreats({ bounds }: Classifier, threat: EvaluateOptions["threat"]): readonly ThreatModel[] {
  const { norm, eps } = threat;
  const list = Array.isArray(eps) ? (eps as readonly (number | string)[]) : [eps as number | string];
  if (list.length === 0) throw new InputError('No eps was given. Give at least one, such as "8/255".');
  const threats = list.map((size) => threatModel({ norm, eps: size, bounds: threat.bounds ?? bounds }));
  const each = new Map(threats.map((one) => [one.eps, one]));
  return [...each.values()].sort((a, b) => a.eps - b.eps);
}
