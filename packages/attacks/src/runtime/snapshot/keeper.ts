import { InputError } from "@kwta/core";
import type { BatchOutcome } from "../attack-batch.ts";
import type { Meter } from "../meter.ts";
import type { Run } from "../open-run.ts";
import { finishedBatch, outcomeOf, type FinishedBatch } from "./finished-batch.ts";
import { identityOf, type RunIdentity } from "./identity.ts";
import { Journal, type KeptLoop } from "./journal.ts";
import type { LoopState } from "./loop-state.ts";
import { pack } from "./pack.ts";
import { unpack, type Unpacked } from "./unpack.ts";

/** A loop as it is now. */
export interface LoopNow extends Omit<KeptLoop, "restore" | "state"> {
  /** Copies its state from the backend. */
  read(): Promise<LoopState>;
}

/** The batch that is under way. */
export interface BatchNow {
  readonly at: number;
  readonly meter: Meter;
  readonly root: Journal;
}

/** Keeps a run: tells the caller of finished batches, takes snapshots when they are due, and goes on from one. */
export class Keeper {
  readonly batches: FinishedBatch[];

  readonly #run: Run;
  readonly #identity: RunIdentity;
  readonly #resumed: Unpacked | undefined;
  readonly #started = performance.now();
  #lastMs = performance.now();
  #batch: BatchNow | undefined;

  private constructor(run: Run, identity: RunIdentity, resumed: Unpacked | undefined) {
    this.#run = run;
    this.#identity = identity;
    this.#resumed = resumed;
    this.batches = [...(resumed?.batches ?? [])];
  }

  /**
   * The keeper of a run; none if nobody wants its snapshots or gave one.
   *
   * @throws InputError for a snapshot of another run, or a damaged one
   */
  static async open(run: Run): Promise<Keeper | undefined> {
    const { resume, onSnapshot, onBatch } = run;
    if ([resume, onSnapshot, onBatch].every((each) => each === undefined)) return undefined;
    const identity = resume === undefined && onSnapshot === undefined ? {} : await identityOf(run);
    return new Keeper(run, identity, resume === undefined ? undefined : await unpack(resume, identity));
  }

  /** How long the run has taken, with what it took before it was stopped. */
  get elapsedMs(): number {
    return (this.#resumed?.elapsedMs ?? 0) + performance.now() - this.#started;
  }

  /** What a batch came to before the run was stopped. Its points are the caller's. */
  outcomeAt(at: number): BatchOutcome | undefined {
    const finished = this.batches.find((batch) => batch.at === at);
    return finished && outcomeOf(finished);
  }

  /** Begins a batch; the journal of its attack. */
  beginBatch(at: number, meter: Meter): Journal {
    const kept = this.#resumed?.batch;
    const root = new Journal(this.#run.attack.id, kept?.at === at ? kept.root : undefined);
    this.#batch = { at, meter, root };
    return root;
  }

  /** Ends a batch, however it ended. */
  endBatch(): void {
    this.#batch?.root.dispose();
    this.#batch = undefined;
  }

  /** Takes note of what a batch came to. */
  async noteOutcome(at: number, outcome: BatchOutcome): Promise<void> {
    if (this.#resumed?.batch?.at === at && !this.#resumed.isUsed()) refuseEnd();
    const batch = await finishedBatch(at, outcome);
    this.batches.push(batch);
    await this.#run.onBatch?.(batch);
    await this.offer(undefined);
  }

  /** Takes a snapshot, if one is due: of a loop, or else of what is finished. Questions must be settled. */
  async offer(loop: LoopNow | undefined): Promise<void> {
    const { onSnapshot, snapshotEveryMs } = this.#run;
    if (onSnapshot === undefined || performance.now() - this.#lastMs < snapshotEveryMs || this.#isLost()) return;
    await onSnapshot(await pack(this.#identity, this.elapsedMs, this.batches, this.#batch, loop));
    this.#lastMs = performance.now();
  }

  #isLost(): boolean {
    for (let run = this.#batch?.root; run !== undefined; run = run.inner) if (run.isLost) return true;
    return false;
  }
}

function refuseEnd(): never {
  throw new InputError(
    "The attack came to its end without coming by the place at which the snapshot was made. Start again without it.",
  );
}
