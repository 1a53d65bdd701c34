import type { Evaluation } from "@kwta/evaluation";
import type { ComputedBy } from "@kwta/runs";
import type { Metrics } from "@kwta/training";
import type { QuickstartSettings } from "./settings.ts";

/** The two nets of a comparison: the same architecture, data, training and attacks. */
export interface Pair<T> {
  readonly relu: T;
  readonly kwta: T;
}

/** What the quickstart found about one of its two nets. */
export interface NetReport {
  /** The model's id. */
  readonly model: string;
  /** Its run folder, relative to the report. */
  readonly run: string;
  readonly parameters: number;
  readonly metrics: readonly Metrics[];
  readonly evaluation: Evaluation;
}

/** What `report.json` of a quickstart holds: all that its page is drawn from. */
export interface QuickstartReport {
  readonly schema: "kwta-quickstart@2";
  readonly createdAt: string;
  readonly settings: QuickstartSettings;
  readonly computedBy: ComputedBy;
  /** Of this process: what was done before a resume is not in it. */
  readonly seconds: number;
  readonly nets: Pair<NetReport>;
  readonly classNames: readonly string[];
  /** One sentence that says what the numbers mean. */
  readonly finding: string;
}
