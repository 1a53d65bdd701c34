type Schema = Readonly<Record<string, unknown>>;

/** An object; names that end in "?" may be left out. */
function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  const entries = Object.entries(properties);
  return {
    type: "object",
    ...(description !== undefined && { description }),
    properties: Object.fromEntries(entries.map(([name, each]) => [name.replace(/\?$/, ""), each])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith("?")),
  };
}

const list = (items: Schema, description?: string): Schema => ({
  type: "array",
  ...(description !== undefined && { description }),
  items,
});
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
const described = (schema: Schema, description: string): Schema => ({ ...schema, description });

const string: Schema = { type: "string" };
const boolean: Schema = { type: "boolean" };
const number: Schema = { type: "number" };
const integer: Schema = { type: "integer" };
const count: Schema = { type: "integer", minimum: 0 };
const share: Schema = { type: "number", minimum: 0, maximum: 1 };
const numberOrNull: Schema = { type: ["number", "null"] };
const numbers = list(number);
const positions = list(count);

/** What every run of an attack says of the samples that it was run on; arrays run along `attacked`. */
const ATTACKED: Readonly<Record<string, Schema>> = {
  attacked: described(positions, "Positions of the samples that it was run on."),
  broke: described(positions, "Positions of those that it broke."),
  predicted: list(count, "The model's class for the adversarial point, or for the sample where there is none."),
  margins: list(numberOrNull, "Of the best point seen: positive where the attack succeeded."),
  distances: list(numberOrNull, "How far the adversarial point is; null where there is none."),
  queries: list(count, "Forward passes of each sample."),
  gradients: list(count, "Backward passes of each sample."),
  seconds: number,
  diagnostics: list(ref("diagnostic")),
  images: list(ref("image")),
};

const DEFINITIONS: Readonly<Record<string, Schema>> = {
  rate: object(
    { value: share, count, n: count, low: share, high: share },
    "A share of n samples, with its 95 % confidence interval (Wilson).",
  ),
  params: { type: "object" },
  provenance: object({ id: string, version: string, params: ref("params"), of: list(ref("provenance")) }),
  diagnostic: object({ kind: string, count, message: string }),
  quantiles: object({ q10: numberOrNull, q25: numberOrNull, q50: numberOrNull, q75: numberOrNull, q90: numberOrNull }),
  image: object({
    position: count,
    id: integer,
    label: count,
    predicted: count,
    shape: positions,
    original: described(string, "Base64 of little-endian float32."),
    adversarial: string,
    "logits?": object({ original: numbers, adversarial: numbers }),
  }),
  check: object({ id: string, outcome: oneOf("clear", "seen", "not-run"), "why?": string }),
  verdict: object({
    eps: number,
    attack: described(string, "The attack along the model's own gradient."),
    against: list(string, "The other attacks that count."),
    seeming: ref("rate"),
    remaining: ref("rate"),
    paired: object({ n: count, onlyFirst: count, onlySecond: count }),
    p: share,
    outcome: oneOf("gone", "left", "reversed", "cannot-be-told"),
    share: object({ value: number, low: number, high: number }),
    "needed?": count,
  }),
  entry: object({
    id: string,
    attack: ref("provenance"),
    "norms?": list(string),
    "nets?": oneOf("choosable", "plain"),
    "samples?": count,
    "eps?": numbers,
    "on?": oneOf("all", "survivors"),
    "role?": oneOf("verdict", "diagnostic"),
    "start?": oneOf("best"),
    "rounds?": count,
    "aim?": string,
    "passes?": count,
  }),
  atEps: object({
    eps: number,
    ...ATTACKED,
    broken: described(positions, "Positions of the samples that are broken after it, clean errors included."),
    accuracy: ref("rate"),
    successRate: ref("rate"),
    "rounds?": list(object({ attacked: count, broke: count })),
    "converged?": boolean,
  }),
  attack: object({
    id: string,
    provenance: ref("provenance"),
    access: oneOf("gradient", "score", "label"),
    "kind?": oneOf("budget", "minimum-norm"),
    on: oneOf("all", "survivors"),
    role: oneOf("verdict", "diagnostic"),
    aim: string,
    n: count,
    "notRun?": string,
    at: list(ref("atEps")),
    "nearest?": object({ ...ATTACKED, passes: count, quantiles: ref("quantiles") }),
  }),
  robust: object({
    eps: number,
    accuracy: ref("rate"),
    broken: positions,
    complete: described(boolean, "Whether all attacks that count were run to their end; else it is an upper bound."),
    flagged: described(boolean, "Whether a red flag says that the number is not to be believed."),
    "converged?": object({ yes: boolean, rounds: count, lastRoundBroke: count }),
  }),
  finding: object({
    id: string,
    severity: oneOf("note", "warning", "red-flag"),
    "attack?": string,
    "eps?": number,
    seen: string,
    suggests: string,
    next: string,
  }),
};

/** JSON Schema (2020-12) of `report.json`. Published as `@kwta/evaluation/schema.json`. */
export const EVALUATION_SCHEMA: Readonly<Record<string, unknown>> = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "kwta-evaluation@3",
  ...object(
    {
      schema: { const: "kwta-evaluation@3" },
      "command?": string,
      "subject?": object({ "model?": string, "dataset?": string, "classNames?": list(string) }),
      protocol: object({ id: string, entries: list(ref("entry")) }),
      threat: object({
        norm: oneOf("linf", "l2", "l1", "l0"),
        bounds: object({ min: number, max: number }),
        epsilons: described(numbers, "Rising."),
      }),
      "goal?": object(
        { kind: oneOf("targeted"), targets: { anyOf: [oneOf("likely", "least-likely", "random", "given"), count] } },
        "What an attack has to reach; left out where it is any wrong class.",
      ),
      seed: integer,
      backend: string,
      environment: { type: "object", additionalProperties: { type: ["string", "number"] } },
      n: { type: "integer", minimum: 1 },
      samples: object({
        ids: list(integer),
        labels: positions,
        cleanPredicted: positions,
        cleanMargin: list(numberOrNull),
        "targets?": positions,
      }),
      clean: ref("rate"),
      cleanErrors: positions,
      cleanDiagnostics: list(ref("diagnostic")),
      attacks: list(ref("attack")),
      robust: list(ref("robust")),
      "minimumNorm?": object({ distances: list(numberOrNull), quantiles: ref("quantiles") }),
      totals: object({
        queries: count,
        gradients: count,
        queriesOf: positions,
        gradientsOf: positions,
        seconds: number,
      }),
      "stopped?": object({
        why: oneOf("budget"),
        budget: number,
        missing: list(object({ attack: string, eps: numberOrNull, samples: count })),
      }),
      diagnostics: list(ref("finding")),
      "checks?": list(ref("check"), "What became of each diagnostic check."),
      "verdicts?": list(
        ref("verdict"),
        "What became of the robustness that the first attack along the model's own gradient showed.",
      ),
    },
    "The result of an evaluation protocol. Positions count the samples from 0.",
  ),
  $defs: DEFINITIONS,
};
