import type { ParamsGiven } from "@kwta/core";
import type { WasmPlatform } from "./platform/platform.ts";

/** What can be set of the wasm backend. */
export const WASM_SCHEMA = {
  threads: {
    type: "integer",
    default: 0,
    min: 0,
    description: "How many threads compute; 0: as many as there are cores.",
  },
  relaxedSimd: {
    type: "boolean",
    default: true,
    description: "Multiply and add in one rounding where the machine can: faster, and other last bits.",
  },
  memory: {
    type: "choice",
    default: "auto",
    choices: ["auto", "shared", "own"],
    description:
      "Shared with threads or its own. Several threads need shared memory; auto: shared for several, own for one.",
  },
  winograd: {
    type: "boolean",
    default: true,
    description:
      "3x3 convolutions by Winograd's algorithm: a quarter of the products, errors up to 1e-4 of the largest output.",
  },
  files: {
    type: "string",
    default: "",
    description:
      "Folder with the files tfjs-backend-wasm*.wasm; empty: where this package or TensorFlow.js's has them.",
  },
} as const;

/** Parameters of {@link wasm}. */
export type WasmParams = ParamsGiven<typeof WASM_SCHEMA>;

/** How the backend was started. */
export interface Settings {
  readonly threads: number;
  readonly sharedMemory: boolean;
  readonly relaxedSimd: boolean;
  readonly winograd: boolean;
}

/** More than any machine makes use of. */
const MOST_THREADS = 64;

/**
 * What is to be started.
 *
 * @param current how it runs now: what is not asked for stays so
 * @param notes is told what did not go as asked
 */
export function settle(
  params: WasmParams,
  current: Settings | undefined,
  platform: WasmPlatform,
  notes: string[],
): Settings {
  const relaxedSimd = params.relaxedSimd ?? current?.relaxedSimd ?? platform.canRelaxSimd();
  if (relaxedSimd && !platform.canRelaxSimd()) notes.push(`This ${platform.name} has no relaxed SIMD.`);
  const asked = params.threads === undefined ? current?.threads : params.threads;
  let threads = Math.min(asked || platform.cores(), MOST_THREADS);
  const canShare = platform.whyUnshared() === undefined;
  if (params.memory === "own" && threads > 1 && canShare && params.threads !== undefined) {
    notes.push("It computes on one thread: several need shared memory.");
  }
  if (params.memory === "own" || !canShare) threads = 1;
  return {
    threads,
    sharedMemory: canShare && (threads > 1 || params.memory === "shared"),
    relaxedSimd: relaxedSimd && platform.canRelaxSimd(),
    winograd: params.winograd ?? current?.winograd ?? true,
  };
}

export function whatIsFaster({ threads, relaxedSimd }: Settings, platform: WasmPlatform): string[] {
  const notes: string[] = [];
  const why = platform.whyUnshared();
  const possible = platform.cores();
  if (why !== undefined) notes.push(`It computes on one thread: ${why}`);
  else if (threads < possible) notes.push(`It is faster on ${possible} threads than on ${threads}.`);
  if (!relaxedSimd && platform.canRelaxSimd()) notes.push("It is faster with relaxed SIMD.");
  return notes;
}
