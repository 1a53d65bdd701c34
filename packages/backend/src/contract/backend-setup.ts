import type { LongWork, Params, ParamSchema } from "@kwta/core";
import type { KernelPack } from "./kernel-pack.ts";

/** How a backend that is not there once its package is installed is set up on a machine: fetched, compiled, verified. */
export interface BackendSetup {
  /** One line for help texts. */
  readonly description: string;
  /** What can be asked for, such as a version. */
  readonly schema: ParamSchema;
  /**
   * Sets it up. Can be stopped and run again.
   *
   * @throws InputError when something is missing, with what to do about it
   */
  run(options: SetupOptions): Promise<SetupReport>;
  /** Removes all that was set up. @returns the bytes that were freed */
  remove(options?: RemoveOptions): Promise<number>;
  /** What is set up on this machine; undefined where nothing is. */
  find(): Promise<FoundSetup | undefined>;
}

/** Options of {@link BackendSetup.run}. */
export interface SetupOptions extends RemoveOptions, Pick<LongWork, "onProgress"> {
  /**
   * A program, run in a process of its own, that starts the backend as the application will. Its argument is the backend's
   * name; it prints a {@link Verdict} as one line of JSON, or ends with an error whose last line says why.
   */
  readonly verifier: URL;
  /** The kernels that the application is going to register. @defaultValue none */
  readonly kernels?: readonly KernelPack[] | undefined;
  /** By the setup's schema. @defaultValue none */
  readonly params?: Partial<Params> | undefined;
  /** Builds anew what is there already. @defaultValue false */
  readonly force?: boolean | undefined;
  /** Asked before something is downloaded. @defaultValue yes */
  confirm?(what: string): Promise<boolean>;
}

/** Options of {@link BackendSetup.remove}. */
export interface RemoveOptions extends Pick<LongWork, "signal"> {
  /** Called once, when another process is at it. */
  onWait?(): void;
}

/** What is set up. */
export interface FoundSetup {
  readonly folder: string;
  /** Disk space of the folder. */
  readonly bytes: number;
  /** What it is made of, for people: `"TensorFlow 2.21.0, tfjs-node 4.22.0"`. */
  readonly contents: string;
}

/** What was set up. */
export interface SetupReport extends FoundSetup {
  /** Whether it was there already, so that nothing was done but verifying it. */
  readonly wasThere: boolean;
  readonly verdict: Verdict;
}

/** What a verifier has found: it has started the backend, whose numbers were right. */
export interface Verdict {
  /** Version of the library that computes. */
  readonly version: string;
  readonly threads: number;
  /** How many tensors the self-check compared, and the largest error. */
  readonly compared: number;
  readonly worst: number;
  /** Milliseconds from nothing to a backend that is ready and checked. */
  readonly milliseconds: number;
  /** Speed of a 3x3 convolution in GFLOP/s. */
  readonly gflops: number;
}
