import type { NativeKernels } from "./native-kernels.ts";
import type { SelfCheck } from "./self-check.ts";

/** What a backend is started with. */
export interface StartOptions {
  /** How many threads to compute on; all cores where it is left out. */
  readonly threads?: number | undefined;
  /**
   * Whether to multiply and add in one rounding where the machine can (relaxed SIMD): faster, and other last bits.
   *
   * @defaultValue where the engine can
   */
  readonly relaxedSimd?: boolean | undefined;
  /**
   * Whether the engine's memory is shared with its threads. Several threads need it.
   *
   * @defaultValue when it computes on several threads
   */
  readonly sharedMemory?: boolean | undefined;
  /**
   * Whether to compute 3x3 convolutions by Winograd's algorithm: a quarter of the multiplications, and errors of up to
   * 1e-4 of the largest output.
   *
   * @defaultValue true
   */
  readonly winograd?: boolean | undefined;
  /**
   * Whether to compute with kernels of our own in native code, which the tensorflow engine has; without them TensorFlow's
   * own are used.
   *
   * @defaultValue true
   */
  readonly native?: boolean | undefined;
}

/** A backend that has been started and is TensorFlow.js's current one. */
export interface StartedBackend {
  /** Version of the package that it comes from. */
  readonly version: string;
  /** How many threads compute. */
  readonly threads: number;
  /** Whether it computes on several numbers at a time. */
  readonly simd: boolean;
  /** Whether it multiplies and adds in one rounding; left out by engines that do not say. */
  readonly relaxedSimd?: boolean;
  /** Whether its memory is shared with its threads; left out by engines that do not say. */
  readonly sharedMemory?: boolean;
  /** Whether it computes 3x3 convolutions by Winograd's algorithm; left out by engines that do not say. */
  readonly winograd?: boolean;
  /** Whether it has native kernels of our own; left out by engines that cannot. */
  readonly native?: boolean;
  /** What it computes on, such as the name of a GPU; left out where that is the CPU. */
  readonly device?: string;
  /** What did not go as asked, and what would make it faster. */
  readonly notes: readonly string[];
}

/** Knows how to start one backend. The ladder of them is an explicit list, best first. */
export interface BackendStarter {
  /** The name by which TensorFlow.js and `--backend` know it. */
  readonly name: string;
  /**
   * Which options it has; it is started with the others too, when no particular backend was asked for.
   *
   * @defaultValue all but `native`
   */
  readonly options?: readonly (keyof StartOptions)[];
  /**
   * Starts the backend, registers the kernels it lacks, and makes it TensorFlow.js's current one.
   *
   * @throws Error whose message tells why it cannot be had here, and what to do about it
   */
  start(options: StartOptions, request?: StartRequest): Promise<StartedBackend>;
}

/** Kernels that a starter has to know before it starts. */
export interface JoinedKernels {
  readonly nativeKernels?: readonly NativeKernels[];
}

/** How a backend came to be started. */
export interface StartRequest extends JoinedKernels {
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

/** A backend that was not used. */
export interface SkippedBackend {
  /** Its name in the ladder. */
  readonly name: string;
  /** Why not, and where possible what to do about it: one or two sentences. */
  readonly reason: string;
  /** The check of its numbers, where that is what it failed. */
  readonly selfCheck?: SelfCheck;
}

/** The backend that was started, and how it came to be that one. */
export interface BackendReport extends StartedBackend {
  /** Its name in the ladder. */
  readonly name: string;
  /** Its name and all of its options as they are, to be given as `backend` for the same engine once more. */
  readonly spec: string;
  /** The check of its numbers, which it passed. */
  readonly selfCheck: SelfCheck;
  /** Better ones that could not be used. */
  readonly skipped: readonly SkippedBackend[];
}
