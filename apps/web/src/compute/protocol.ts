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
export type Calls = Computations & {
  /** Which backends can be asked for. Told before any is started. */
  backends: { args: undefined; result: readonly string[]; event: never };
  backend: { args: BackendRequest; result: PageBackend; event: never };
  /** Told when the backend's device is gone, and this worker with it: why. */
  lost: { args: undefined; result: string; event: never };
  /** How many tensors the backend holds. */
  tensors: { args: undefined; result: number; event: never };
};

/** What is computed, by whichever backend runs: a call says all that it depends on, so that any worker can be asked. */
export type Computations = {
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
};

/** A picture is asked for by what it depends on, so that any worker can make it; one that is at hand is gone on with. */
export interface PlaygroundRequest {
  readonly settings: PlaygroundSettings;
  readonly step: number;
}

/** An image, [28, 28, 1] in [0, 1]. */
interface ScoresRequest {
  readonly image: Float32Array;
}
