import type { LoopState } from "./loop-state.ts";

/**
 * What each sample of a search has been told. A generator cannot be stored, but it asks the same again when it is told the
 * same: so to go on, it begins again and gets its answers from here.
 */
export class Diary {
  readonly #told: Map<number, number[]>;
  /** How many answers of each sample were given again. */
  readonly #again = new Map<number, number>();

  /** @param kept of the same samples, in the same order */
  constructor(ids: Int32Array, kept: LoopState | undefined) {
    const [counts, values] = ["counts", "values"].map((name) => kept?.get(name)?.data ?? new Float32Array());
    let from = 0;
    const told = Array.from(ids, (id, row): [number, number[]] => {
      const to = from + (counts![row] ?? 0);
      const own = [...values!.subarray(from, to)];
      from = to;
      return [id, own];
    });
    this.#told = new Map(told);
  }

  /** Whether there are answers that were not given again yet. */
  isAhead(): boolean {
    return [...this.#told].some(([id, told]) => told.length > (this.#again.get(id) ?? 0));
  }

  /** Takes note of what a sample was told. */
  note(id: number, values: Float32Array): void {
    const told = this.#told.get(id)!;
    for (const value of values) told.push(value);
    this.#again.set(id, told.length);
  }

  /** The next answers of a sample. */
  again(id: number, count: number): number[] {
    const from = this.#again.get(id) ?? 0;
    this.#again.set(id, from + count);
    return this.#told.get(id)!.slice(from, from + count);
  }

  /** What samples were told, as arrays. */
  async read(ids: Int32Array): Promise<LoopState> {
    const told = Array.from(ids, (id) => this.#told.get(id)!);
    const [counts, values] = [Float32Array.from(told, ({ length }) => length), Float32Array.from(told.flat())];
    return new Map([
      ["counts", { data: counts, shape: [counts.length], dtype: "float32" }],
      ["values", { data: values, shape: [values.length], dtype: "float32" }],
    ]);
  }
}
