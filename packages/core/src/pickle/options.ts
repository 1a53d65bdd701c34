/** Throws an error that says why a pickle cannot be read. */
export type Refuse = (reason: string) => never;

/** A class or function that a pickle names; where it is an argument or a value, the caller sees this. */
export class PickleGlobal {
  /** Module and name with a blank between: `"torch FloatStorage"`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An object of a class that the reader does not know, or what a function that it does not know would have made. */
export class PickleOpaque {
  /** Module and name of the class or function with a blank between: `"argparse Namespace"`. */
  readonly name: string;
  /** What the pickle set in it as in a dict. */
  readonly items: Map<unknown, unknown> = new Map();
  /** What its attributes are restored from, mostly a dict of them; undefined where there is nothing. */
  state: unknown = undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** Options of `readPickle`. */
export interface PickleOptions {
  /**
   * All that the pickle may name, by `"module name"`: what calling it makes. One that is only handed on as an argument
   * needs an entry as well.
   * @defaultValue none
   */
  readonly globals?: Readonly<Record<string, (...args: unknown[]) => unknown>>;
  /**
   * Whether what is not among `globals` comes as a {@link PickleOpaque}, instead of being refused; so do sets. Nothing of it
   * is run either way.
   * @defaultValue false
   */
  readonly opaque?: boolean;
  /**
   * Gives an object that a global made its state.
   * @defaultValue refuses
   */
  readonly setState?: (object: unknown, state: unknown) => void;
  /**
   * Finds what lies outside the pickle, as the tensors of a PyTorch file do.
   * @defaultValue refuses
   */
  readonly persistentLoad?: (id: unknown) => unknown;
  /**
   * Named in errors.
   * @defaultValue `"the pickle"`
   */
  readonly source?: string;
}
