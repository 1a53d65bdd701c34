import type { PickleInput } from "./input.ts";

/**
 * What a pickle may cost, in bytes of memory or steps of work: so much for each byte of it that has been read, and some to
 * begin with. A few bytes can ask for a dict, or for a call with a long list that they name again and again; Python's own
 * pickles stay far below.
 */
const PER_BYTE = 40;
const FREE = 2 ** 23;

/** What making one of each takes, roughly, of a JavaScript engine's memory. */
export const COST = {
  array: 48,
  /** The first item makes room for a dozen. */
  firstItem: 150,
  item: 8,
  dict: 200,
  dictItem: 48,
  view: 120,
  object: 100,
  /** To turn into another kind of text. */
  letter: 10,
} as const;

/** Refuses a pickle that costs more than its length justifies. */
export class PickleBudget {
  private spent = 0;
  private readonly input: PickleInput;
  private readonly start: number;

  constructor(input: PickleInput) {
    this.input = input;
    this.start = input.position;
  }

  charge(cost: number): void {
    this.spent += cost;
    const read = this.input.position - this.start;
    if (this.spent > FREE + PER_BYTE * read) {
      this.input.refuse(`its first ${read} bytes ask for more memory or work than a file of that length can need`);
    }
  }

  /** What handing on a value may cost whoever takes it. */
  chargeSize(value: unknown): void {
    if (typeof value === "string" || value instanceof Uint8Array) this.charge(COST.letter * value.length);
    else if (Array.isArray(value)) this.charge(COST.dictItem * value.length);
    else if (value instanceof Map) this.charge(COST.dictItem * value.size);
  }
}
