/** Adam's running means of a gradient and of its square, each value with a count of its own steps. */
export class CoordinateAdam {
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  readonly #steps: Uint32Array;

  constructor(size: number) {
    this.#first = new Float32Array(size);
    this.#second = new Float32Array(size);
    this.#steps = new Uint32Array(size);
  }

  /** How far the value at this place is to go up, as a share of the learning rate. */
  step(place: number, gradient: number): number {
    const first = (this.#first[place] = DECAY * this.#first[place]! + (1 - DECAY) * gradient);
    const second = (this.#second[place] =
      DECAY_OF_SQUARES * this.#second[place]! + (1 - DECAY_OF_SQUARES) * gradient ** 2);
    const steps = (this.#steps[place]! += 1);
    const root = Math.sqrt(second / (1 - DECAY_OF_SQUARES ** steps));
    return first / (1 - DECAY ** steps) / (root + 1e-8);
  }
}

const DECAY = 0.9;
const DECAY_OF_SQUARES = 0.999;
