import { InputError } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Meter, MeterNumbers } from "../meter.ts";
import type { LoopState } from "./loop-state.ts";

/** What the oracle knew at the end of a nested run. */
export interface Boundary {
  readonly numbers: MeterNumbers;
  /** The best points, as long as the attack around it may ask for them, and then if it did. */
  best: tf.Tensor | undefined;
  isSeen: boolean;
}

/** A loop of an attack, where it was stopped. */
export interface KeptLoop {
  /** Which loop of its run it is, and which of its restarts it was in. */
  readonly ordinal: number;
  readonly round: number;
  /** Steps of this restart that are done. */
  readonly step: number;
  /** The samples that it still worked on. */
  readonly ids: Int32Array;
  /** The tensors of the state that are known to lie in ball and box. */
  readonly trusted: readonly string[];
  readonly state: LoopState;
  /** Tells the oracle what it knew. */
  restore(meter: Meter): void;
}

/** A run of an attack, where it was stopped: the nested runs that it had finished, and what it was at after them. */
export interface KeptRun {
  readonly attack: string;
  /** Each tells the oracle what it knew at the end of that nested run. */
  readonly finished: readonly ((meter: Meter) => Boundary)[];
  readonly inside: KeptRun | KeptLoop | undefined;
}

/**
 * What one run of an attack has done so far: the nested runs that it has finished. To go on, the attack is run again from
 * its start, and each of these is not run but taken as finished, so that whatever the attack decides in between comes out
 * the same.
 */
export class Journal {
  readonly attack: string;
  readonly finished: Boundary[] = [];
  /** The nested run that is under way. */
  inner: Journal | undefined;
  /** Whether something happened that cannot be done again: a nested run failed, or two ran at once. */
  isLost = false;

  readonly #kept: KeptRun | undefined;
  #loops = 0;

  /** @throws InputError when it was another attack that was stopped */
  constructor(attack: string, kept: KeptRun | undefined) {
    if (kept !== undefined && kept.attack !== attack) refuseCourse(kept.attack, attack);
    this.attack = attack;
    this.#kept = kept;
  }

  /** Whether the next nested run was finished before; then the oracle knows what it knew at its end. */
  skip(meter: Meter): boolean {
    const restore = this.#kept?.finished[this.finished.length];
    if (restore === undefined) return false;
    this.#dropUnseen();
    this.finished.push(restore(meter));
    return true;
  }

  /** Begins a nested run. */
  enter(attack: string): Journal {
    this.#dropUnseen();
    if (this.inner !== undefined) this.isLost = true;
    const { finished = [], inside } = this.#kept ?? {};
    const isNext = inside !== undefined && "attack" in inside && finished.length === this.finished.length;
    this.inner = new Journal(attack, isNext ? inside : undefined);
    return this.inner;
  }

  /** The nested run has come to its end. */
  leave(numbers: MeterNumbers, best: tf.Tensor): void {
    this.inner?.dispose();
    this.inner = undefined;
    this.finished.push({ numbers, best, isSeen: false });
  }

  /** The attack has asked for the best points, and will do so again when it is run again. */
  noteBestSeen(): void {
    const last = this.finished.at(-1);
    if (last !== undefined) last.isSeen = true;
  }

  /** Counts the loops of this run; says what the one that begins now is to go on from. */
  beginLoop(): { readonly ordinal: number; readonly kept: KeptLoop | undefined } {
    const ordinal = this.#loops++;
    const inside = this.#kept?.inside;
    const isIt = inside !== undefined && "ordinal" in inside && inside.ordinal === ordinal;
    return { ordinal, kept: isIt ? inside : undefined };
  }

  dispose(): void {
    this.inner?.dispose();
    for (const { best } of this.finished) best?.dispose();
    this.finished.length = 0;
  }

  #dropUnseen(): void {
    const last = this.finished.at(-1);
    if (last === undefined || last.isSeen) return;
    last.best?.dispose();
    last.best = undefined;
  }
}

function refuseCourse(kept: string, attack: string): never {
  throw new InputError(
    `The snapshot was made while ${kept} ran, and now ${attack} runs at that place. Start again without the snapshot.`,
  );
}
