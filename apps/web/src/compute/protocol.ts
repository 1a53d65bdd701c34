import type { ActivationColumns, ActivationsRequest } from "./activations.ts";
import type { ImageAttack, ImageRequest, Question } from "./image-attack.ts";
import type { LandscapeRequest, Landscapes } from "./landscape.ts";
import type { LogitLinesRequest } from "./logit-lines.ts";
import type { NetReport, NetRequest } from "./nets.ts";
import type { OfferedAttack } from "./offered-attacks.ts";
import type { NetName, PlaygroundPicture, PlaygroundSettings } from "./playground.ts";
import type { Heat, RaceRequest } from "./race.ts";
import type { TrainNetEvent, TrainNetRequest } from "./train-net.ts";
import type { PageBackend, BackendRequest } from "./start-backend.ts";

/** What the page can ask of its worker: what goes in, what comes out, and what comes in between. */
export interface Calls {
  backend: { args: BackendRequest; result: PageBackend; event: never };
  playground: { args: PlaygroundRequest; result: PlaygroundPicture; event: never };
  activations: { args: ActivationsRequest; result: ActivationColumns; event: never };
  shipNet: { args: Pick<NetRequest, "net">; result: undefined; event: never };
  loadNet: { args: NetRequest; result: NetReport; event: never };
  attacks: { args: undefined; result: readonly OfferedAttack[]; event: never };
  attackImage: { args: ImageRequest; result: ImageAttack; event: Question };
  /** [201, 10] */
  logitLines: { args: LogitLinesRequest; result: Float32Array; event: never };
  /** The scores of both nets: [10] of each. */
  scores: { args: ScoresRequest; result: Readonly<Record<NetName, Float32Array>>; event: never };
  landscapes: { args: LandscapeRequest; result: Landscapes; event: never };
  trainNet: { args: TrainNetRequest; result: undefined; event: TrainNetEvent };
  race: { args: RaceRequest; result: undefined; event: Heat };
}

/** @see {@link Calls} */
export type CallName = keyof Calls;

/** A picture is asked for by what it depends on, so that any worker can make it; one that is at hand is gone on with. */
export interface PlaygroundRequest {
  readonly settings: PlaygroundSettings;
  readonly step: number;
}

/** An image, [28, 28, 1] in [0, 1]. */
interface ScoresRequest {
  readonly image: Float32Array;
}

/** From the page to its worker. */
export type ToWorker =
  | { readonly kind: "call"; readonly id: number; readonly name: CallName; readonly args: unknown }
  | { readonly kind: "abort"; readonly id: number };

/** From the worker to its page. */
export type FromWorker =
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown; readonly tensors: number }
  | { readonly kind: "error"; readonly id: number; readonly error: CallError }
  /** Which backends can be asked for: the worker's first words. */
  | { readonly kind: "backends"; readonly names: readonly string[] }
  /** The backend's device is gone, and this worker with it. */
  | { readonly kind: "lost"; readonly reason: string };

/** Why a call gave no result. */
export interface CallError {
  /** Its sentence is for people. */
  readonly message: string;
  /**
   * `stopped`: on request. `input`: something given cannot be used. `backend`: anything else, for which the backend is taken
   * to be at fault.
   */
  readonly kind: "stopped" | "input" | "backend";
}
