/** The value of an option of `kwta train` or `kwta evaluate`, as it is written after `--NAME`. */
export type SettingValue = string | number | boolean;

/** Options by name, without the dashes. A list is an axis: each of its values is combined with each of the other axes'. */
export type SweepSettings = Readonly<Record<string, SettingValue | readonly SettingValue[]>>;

/** The schema of a sweep's file. */
export const SWEEP_SCHEMA = "kwta-sweep@1";

/** A sweep as a person writes it, in JSON or TypeScript. */
export interface SweepDefinition {
  /** @defaultValue this schema */
  readonly schema?: typeof SWEEP_SCHEMA;
  /**
   * What computes all of it. Numbers are the same to the bit on one backend; on which machine has threads of its own to offer.
   *
   * @defaultValue "wasm", which is everywhere
   */
  readonly backend?: string;
  /** Memory that a job takes at most, in GiB; machines with less leave it to others. @defaultValue 1 */
  readonly memory?: number;
  /** Whether only machines with a GPU take its jobs. @defaultValue false */
  readonly gpu?: boolean;
  /** Trainings: a grid, or a list of grids. @defaultValue none */
  readonly train?: SweepSettings | readonly SweepSettings[];
  /**
   * Evaluations: a grid, or a list of grids. One with a `model` is of that model, others are of each training.
   *
   * @defaultValue none
   */
  readonly evaluate?: SweepSettings | readonly SweepSettings[];
  /** Evaluations of more samples are cut into jobs of so many, and merged. @defaultValue no cut */
  readonly split?: number;
}
