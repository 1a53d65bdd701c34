import type { AttackSnapshot } from "@kwta/attacks";
import type { SentUnit, UnitResult } from "@kwta/evaluation";
import type { VictimImages, VictimSettings } from "@kwta/runs";

/** What a process that attacks can be asked for. */
export type WorkerCalls = {
  readonly open: { readonly args: WorkerSetup; readonly result: WorkerBackend; readonly event: never };
  readonly unit: { readonly args: WorkerUnit; readonly result: UnitResult; readonly event: UnitEvent };
  /** How many images a second it follows gradients of, or asks for scores. */
  readonly speed: { readonly args: undefined; readonly result: number; readonly event: never };
};

/** All that a process has to know before the first unit. */
export interface WorkerSetup {
  readonly victim: VictimSettings;
  readonly images: VictimImages;
  readonly backend: { readonly backend?: string; readonly threads?: number };
  /** Packages or files with attacks. */
  readonly plugins: readonly string[];
  readonly batchSize: number;
}

/** The backend that a process has started. */
export interface WorkerBackend {
  readonly spec: string;
  readonly threads: number;
}

/** A unit, and where it goes on. */
interface WorkerUnit {
  readonly unit: SentUnit;
  readonly resume: AttackSnapshot | undefined;
  /** Whether states in the middle are wanted. */
  readonly isKept: boolean;
}

/** How far a unit is: how many images are done, or the attack in the middle. */
type UnitEvent = { readonly done: number } | { readonly snapshot: AttackSnapshot };
