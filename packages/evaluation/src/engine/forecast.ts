import type { OpenEvaluation } from "../open-evaluation.ts";
import { stagesOf, type Stage } from "./stages.ts";
import type { Standings } from "./standings.ts";

/** Says how long an evaluation will still take, from what its attacks have taken. */
export class Forecast {
  readonly #evaluation: OpenEvaluation;
  readonly #standings: Standings;
  /** What is still to come after the stage that is being run. */
  #later: readonly Stage[];
  /** Of each attack: seconds of one worker, and for how many samples. */
  readonly #known = new Map<string, { seconds: number; samples: number }>();
  /** What all that comes later will take; to be reckoned anew where it is undefined. */
  #laterSeconds: number | undefined;

  constructor(evaluation: OpenEvaluation, standings: Standings) {
    this.#evaluation = evaluation;
    this.#standings = standings;
    this.#later = stagesOf(evaluation.protocol, evaluation.threats);
  }

  /** The next stage begins. */
  next(): void {
    this.#later = this.#later.slice(1);
    this.#laterSeconds = undefined;
  }

  /** Takes note of what samples took. */
  note(id: string, seconds: number, samples: number): void {
    const before = this.#known.get(id) ?? { seconds: 0, samples: 0 };
    this.#known.set(id, { seconds: before.seconds + seconds, samples: before.samples + samples });
    this.#laterSeconds = undefined;
  }

  /**
   * Seconds until all is done: so many samples of an attack, and then all that comes. Nothing as long as an attack that is still
   * to come was never timed.
   */
  secondsLeft(id: string, samples: number): number | undefined {
    this.#laterSeconds ??= this.#later.reduce((sum, { entry, threat }) => {
      return sum + this.#secondsOf(entry.id, this.#standings.standing(entry, threat.eps).length);
    }, 0);
    const total = this.#secondsOf(id, samples) + this.#laterSeconds;
    return Number.isFinite(total) ? total / this.#evaluation.runner.count : undefined;
  }

  #secondsOf(id: string, samples: number): number {
    const known = this.#known.get(id);
    return known === undefined ? (samples === 0 ? 0 : Number.NaN) : (known.seconds / known.samples) * samples;
  }
}
