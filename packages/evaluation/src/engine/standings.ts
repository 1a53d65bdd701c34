import type { ProtocolEntry } from "../protocols/protocol.ts";
import type { SampleOutcome } from "./sample-outcome.ts";

/** The best point of a sample that stands. */
interface BestPoint {
  readonly margin: number;
  /** Base64. */
  readonly point: string;
}

/** Which samples stand, and where they are weakest. Positions count the samples. */
export class Standings {
  /** Whether each sample is classified correctly without any attack. */
  readonly #isCorrect: Uint8Array;
  /** The smallest size at which an attack that counts broke each sample. */
  readonly #brokenAt: Float64Array;
  /** The same for each attack alone, by its id. */
  readonly #brokenBy = new Map<string, Float64Array>();
  /** Best points at the size that is being run, and at the one before. */
  #best = new Map<number, BestPoint>();
  #starts: ReadonlyMap<number, BestPoint> = new Map();

  constructor(isCorrect: Uint8Array) {
    this.#isCorrect = isCorrect;
    this.#brokenAt = new Float64Array(isCorrect.length).fill(Infinity);
  }

  /** Positions of the samples that an attack is to be run on at an eps. */
  standing(entry: ProtocolEntry, eps: number): number[] {
    const correct = this.#positions(entry).filter((i) => this.#isCorrect[i] === 1);
    // The nearest point of each is looked for, once.
    if (eps === Infinity) return correct;
    const broken = new Set(this.brokenAfter(entry, eps));
    return correct.filter((i) => !broken.has(i));
  }

  /** Positions of the samples that are broken after an attack at an eps, clean errors included. */
  brokenAfter(entry: ProtocolEntry, eps: number): number[] {
    const broken = this.#by(entry);
    const isBroken = (i: number): boolean =>
      isWithin(broken[i]!, eps) || (entry.on === "survivors" && isWithin(this.#brokenAt[i]!, eps));
    return this.#positions(entry).filter((i) => this.#isCorrect[i] === 0 || isBroken(i));
  }

  /** Positions of the samples that are not robust at an eps, clean errors included. */
  broken(eps: number): number[] {
    return [...this.#isCorrect.keys()].filter((i) => this.#isCorrect[i] === 0 || isWithin(this.#brokenAt[i]!, eps));
  }

  /** Takes note of what an attack did at an eps. */
  enter(entry: ProtocolEntry, eps: number, outcomes: ReadonlyMap<number, SampleOutcome>): void {
    const broken = this.#by(entry);
    for (const [position, { success, distance, margin, point }] of outcomes) {
      if (success) {
        const size = eps === Infinity ? distance! : eps;
        broken[position] = Math.min(broken[position]!, size);
        if (counts(entry)) this.#brokenAt[position] = Math.min(this.#brokenAt[position]!, size);
      } else if (point !== null && margin !== null && counts(entry)) {
        const known = this.#best.get(position);
        if (known === undefined || margin > known.margin) this.#best.set(position, { margin, point });
      }
    }
  }

  /** Hands the best points on to the next size. */
  nextSize(): void {
    this.#starts = this.#best;
    this.#best = new Map();
  }

  /** The best point of a sample at the size before, as base64. */
  startOf(position: number): string | undefined {
    return this.#starts.get(position)?.point;
  }

  #positions({ samples = Infinity }: ProtocolEntry): number[] {
    return [...this.#isCorrect.keys()].slice(0, samples);
  }

  #by({ id }: ProtocolEntry): Float64Array {
    const broken = this.#brokenBy.get(id) ?? new Float64Array(this.#isCorrect.length).fill(Infinity);
    this.#brokenBy.set(id, broken);
    return broken;
  }
}

/** Distances are floats, and eps may lie between two of them. */
function isWithin(size: number, eps: number): boolean {
  return size <= Math.max(eps, Math.fround(eps));
}

/** Whether the worst case counts an attack. */
export function counts({ role }: ProtocolEntry): boolean {
  return role !== "diagnostic";
}
