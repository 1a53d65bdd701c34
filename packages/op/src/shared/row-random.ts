/** Which random choices each row of a batch makes. */
export interface Draws {
  /** The samples of the rows. */
  readonly ids: Int32Array;
  /** The same number for the same sample makes the same choices. */
  readonly draws: Uint32Array;
}

/**
 * Uniform numbers in (0, 1), 23 bits each: `size` for each row, which depend on the key, the row's sample and its draw alone,
 * not on the batch. A counter goes through a mixer of 32 bits twice, with a word of the row's key before and between.
 *
 * @see Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (OOPSLA 2014), for such generators;
 * the mixer's constants are of Wellons' "hash prospector"
 */
export function rowUniform(key: string, { ids, draws }: Draws, size: number): Float32Array {
  const out = new Float32Array(ids.length * size);
  const name = hashText(key);
  for (const [row, id] of ids.entries()) {
    const first = mix(mix(name ^ id) + (draws[row]! | 0));
    const second = mix(first ^ 0x5bd1e995);
    for (let i = 0; i < size; i++) {
      out[row * size + i] = unitOf(mix(mix(i ^ first) + second));
    }
  }
  return out;
}

/** A number in (0, 1) from 32 bits; with one bit more the largest would round to 1, whose Gumbel noise is infinite. */
export function unitOf(word: number): number {
  return ((word >>> 9) + 0.5) * TWO_POW_MINUS_23;
}

function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

const TWO_POW_MINUS_23 = 2 ** -23;
