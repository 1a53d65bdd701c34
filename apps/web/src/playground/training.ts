import type { PlaygroundPicture, PlaygroundSettings } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";

/** Where each training ends. */
export const LAST = 20_000;

/** A training as the reader drives it. */
export interface Training {
  /** The newest picture; none before the first one of new settings. */
  readonly picture: PlaygroundPicture | undefined;
  readonly playing: boolean;
  /** Forgets the picture: these settings are meant from now on. */
  begin(settings: PlaygroundSettings): void;
  /** Trains, and shows each picture, up to a step. */
  play(until: number): void;
  /** At once: what is still computed is not shown any more. */
  pause(): void;
  /** Shows one step, from wherever the training stands. */
  goTo(step: number): void;
}

/** @param onChange called after each picture, and when playing begins or ends */
export function openTraining(computer: Computer, first: PlaygroundSettings, onChange: () => void): Training {
  let settings = first;
  let picture: PlaygroundPicture | undefined;
  let playing = false;
  let control = new AbortController();

  /** The next request waits until this picture is drawn, so the page is never behind. */
  async function paint(step: number): Promise<boolean> {
    const { signal } = control;
    try {
      const next = await computer.call("playground", { settings, step }, { signal });
      await new Promise(requestAnimationFrame);
      if (signal.aborted) return false;
      picture = next;
      onChange();
      return true;
    } catch (error) {
      noticeError(error);
      return false;
    }
  }

  async function run(until: number): Promise<void> {
    const { signal } = control;
    let duration = 0;
    for (let going = true; going && !signal.aborted && (picture?.step ?? -1) < until;) {
      const start = performance.now();
      going =
        !picture?.ended &&
        (await paint(picture === undefined ? 0 : Math.min(until, picture.step + pace(picture.step, duration))));
      duration = performance.now() - start;
    }
    if (signal.aborted) return;
    playing = false;
    onChange();
  }

  function pause(): void {
    playing = false;
    control.abort();
    control = new AbortController();
    onChange();
  }

  return {
    get picture() {
      return picture;
    },
    get playing() {
      return playing;
    },
    pause,
    begin(wanted) {
      settings = wanted;
      picture = undefined;
      pause();
    },
    play(until) {
      playing = true;
      onChange();
      void run(until);
    },
    goTo(step) {
      pause();
      void paint(Math.min(LAST, step));
    },
  };
}

/** Steps between two pictures: few while much changes, more where pictures take long. */
function pace(step: number, milliseconds: number): number {
  const hurry = Math.max(1, Math.min(4, Math.round(milliseconds / 30)));
  return hurry * (step < 60 ? 1 : step < 300 ? 2 : 5);
}
