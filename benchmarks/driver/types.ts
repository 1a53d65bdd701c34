import type { TableData } from "@kwta/viz";

/** A thing to measure. */
export interface Case {
  readonly name: string;
  readonly unit: string;
  /** The number to report, in that unit, for a run that took so many seconds. */
  value(seconds: number): number;
  /** How long it takes relative to the other cases, roughly; for the estimate of the time left. */
  readonly effort: number;
  /**
   * How far the mean size of a contestant's results may be from the others', as a share of it.
   *
   * @defaultValue 1e-3
   */
  readonly tolerance?: number;
  /** What the results say, where they are not meant to be the same: `"left"`. They become notes then. */
  readonly found?: string;
  /** Whether the results are a 1 or a 0 for each sample: then it is told, too, which of them only some have found. */
  readonly bySample?: boolean;
  /** What the workers are to do, see `tfjs.mjs` and `pytorch.py` of the benchmark. */
  readonly work: Work;
}

/** Plain data that goes to a worker as JSON. */
export type Work = Readonly<Record<string, unknown>>;

/** One of those that are compared. */
export interface Contestant {
  readonly name: string;
  /** Which runner of `runner-list.mjs` does the work; several contestants may share one. */
  readonly runner: string;
  /** Added to the work of each case. */
  readonly settings?: Work;
  /** Whether a case is meant for this contestant. @defaultValue all are */
  takesPart?(work: Work): boolean;
}

/** What a folder `benchmarks/NAME` holds. */
export type Benchmark = Comparison | Trial;

interface Named {
  readonly name: string;
  /** One line. */
  readonly summary: string;
}

/** What of a benchmark is done. */
export interface Choice {
  readonly quick: boolean;
  /** How many images to attack, where that can be said. */
  readonly images: number | undefined;
  /** Parts of names: a case, or contestant, is run whose name holds one of them. @defaultValue all */
  readonly cases: readonly string[] | undefined;
  readonly contestants: readonly string[] | undefined;
  readonly only: Filters;
}

/** What is done, until it is stopped. */
export interface Extent extends Choice {
  /** Aborted when what there is is to be told. */
  readonly signal: AbortSignal;
}

/** Names that a part of a case's work must have one of: `{ net: ["r18w16-relu"] }`. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** A benchmark that does its work by itself. */
export interface Trial extends Named {
  run(extent: Extent): Promise<TrialResult>;
}

/** What a {@link Trial} found. */
export interface TrialResult {
  /** What `--json` gets, one object for each. */
  readonly rows: readonly object[];
  /** What is shown of them. */
  readonly tables: readonly TableData[];
  readonly notes: readonly string[];
  /** The versions of the runners that took part. */
  readonly runners: Readonly<Record<string, string>>;
  /** Whether something is not as it must be; the notes say what. */
  readonly failed: boolean;
}

/** A benchmark in which contestants take turns. */
export interface Comparison extends Named {
  readonly contestants: readonly Contestant[];
  /** Whether each case is run a single time, since it takes so long. @defaultValue false */
  readonly once?: boolean;
  /** How many seconds one run may take before it is left out. @defaultValue what the runner says; no limit with `once` */
  readonly longestRun?: number;
  /** @param images how many images to attack, where that can be said */
  cases(quick: boolean, images?: number): readonly Case[];
  /** What follows from the rows, one sentence each. */
  conclude?(rows: readonly Row[]): readonly string[];
}

/** What does the work, and how it is started: a worker program, its arguments, and how long one run may take before it is left out. */
export interface Runner {
  readonly worker: "tfjs" | "pytorch";
  readonly settings: Work;
  /** Seconds. */
  readonly longestRun: number;
}

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  /** Rounds of a contestant whose single run takes longer than `slow` seconds. */
  readonly slowRounds: number;
  readonly slow: number;
  /** Seconds that a contestant's turn takes at least, by repeating what is shorter. */
  readonly turn: number;
  /** Seconds between turns: idle threads of one may spin for a moment, on a core that the next one needs. */
  readonly pause: number;
}

/** A contestant and what it measured in one case. */
export interface Row {
  readonly case: string;
  readonly contestant: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** What `--json` writes. */
export interface Report<R = Row> {
  readonly benchmark: string;
  readonly machine: Machine;
  readonly rows: readonly R[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly os: string;
  readonly node: string;
  /** Processes that wanted to run in the last 1, 5 and 15 minutes before the start, on average. */
  readonly load: readonly number[];
  /** The versions of the runners that took part. */
  readonly runners: Readonly<Record<string, string>>;
}
