import type { Params, ParamSchema, ParamsGiven } from "@kwta/core";
import type { BackendSetup } from "./backend-setup.ts";
import type { KernelPack } from "./kernel-pack.ts";

/**
 * A backend of TensorFlow.js with its parameters, ours or anybody's: what {@link startBackend} is given a list of, best first.
 * `wasm({ threads: 2 })` makes one; `defineBackend` of `@kwta/backend/kit` makes the function that does.
 */
export interface Backend {
  /** The name by which TensorFlow.js and `--backend` know it. */
  readonly name: string;
  /** What can be set of it. */
  readonly schema: ParamSchema;
  /** What was set. What was not is as the schema says, or stays as it is in a backend that runs. */
  readonly params: Partial<Params>;
  /**
   * The same backend with these parameters set, too.
   *
   * @throws InputError for an unknown name or a value that cannot be used
   */
  with(params: ParamsGiven<ParamSchema>): Backend;
  /**
   * Starts it, registers the kernels that it lacks, and makes it TensorFlow.js's current one.
   *
   * @throws InputError when what was asked for makes no sense anywhere
   * @throws NotSetUpError when its setup would help
   * @throws Error whose message tells why it cannot be had here, and what to do about it
   */
  start(request?: StartRequest): Promise<StartedBackend>;
  /**
   * Registers kernels, those of a pack that it can run, once it has been started. A kernel of the same name that is there already
   * is replaced.
   *
   * @throws InputError when something in the pack cannot be used
   */
  register(pack: KernelPack): Promise<void>;
  /**
   * Waits until it has done what it was given so far, as for a measurement. Left out where an operation is done when it returns.
   */
  readonly finish?: (() => Promise<void>) | undefined;
  /** How it is set up on a machine, where it has to be. */
  readonly setup?: BackendSetup | undefined;
}

/** How a backend came to be started. */
export interface StartRequest {
  /** The kernels that are going to be registered: some have to be there from the beginning. @defaultValue none */
  readonly kernels?: readonly KernelPack[] | undefined;
  /**
   * Whether it was asked for by its name. Otherwise it may refuse to be one that those after it are better than.
   *
   * @defaultValue false
   */
  readonly byName?: boolean | undefined;
  /**
   * Told once when what it computes on is lost, as GPUs may be; all tensors are gone then.
   *
   * @defaultValue nobody
   */
  readonly onLost?: ((error: Error) => void) | undefined;
}

/** A backend that has been started and is TensorFlow.js's current one. */
export interface StartedBackend {
  /** Version of the package that it comes from. */
  readonly version: string;
  /** All of its parameters as they are: with these it would be started the same once more. */
  readonly params: Params;
  /** How many threads compute. */
  readonly threads: number;
  /** Whether it computes on several numbers at a time. */
  readonly simd: boolean;
  /** Whether it takes seconds for what others do in milliseconds, so that an application asks for less. @defaultValue false */
  readonly slow?: boolean;
  /** What it computes on, such as the name of a GPU; left out where that is the CPU. */
  readonly device?: string;
  /** What did not go as asked, and what would make it faster. */
  readonly notes: readonly string[];
}
