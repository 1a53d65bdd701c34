import { DUELS, type DuelName } from "../compute/attacks.ts";
import type { ImageAttack, ImageRequest } from "../compute/image-attack.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { calm, slider } from "../ui/controls.ts";
import { h } from "../ui/dom.ts";
import { DUEL_NAMES } from "./accuracy-chart.ts";
import { openDuelCard, pointsOf } from "./duel-card.ts";

/** What is attacked: all of a request but who attacks whom. */
type Victim = Omit<ImageRequest, "net" | "attack">;

/** The three attacks on one image, side by side, and the slider over their points. */
export interface Duels {
  readonly cards: HTMLElement;
  readonly scrubber: HTMLElement;
  readonly results: ReadonlyMap<DuelName, ImageAttack>;
  /** Attacks; whatever was under way is stopped. Resolves when all three are done, or stopped. */
  attack(victim: Victim): Promise<void>;
  stop(): void;
}

/** How long a replay takes. */
const REPLAY_MS = 2000;

/** @see {@link Duels} */
export function openDuels(computer: Computer): Duels {
  const cards = DUELS.map(({ id }) => ({ id, card: openDuelCard(id, DUEL_NAMES[id].net, DUEL_NAMES[id].attack) }));
  const results = new Map<DuelName, ImageAttack>();
  let control = new AbortController();
  let eps = 0;
  const scrub = slider({
    id: "scrub",
    label: "point of the attack",
    range: [0, 1, 1],
    format: (at) => (results.size === 0 ? "" : `${at} of ${scrub.input.max}`),
    onInput: showPoint,
  });
  const replayButton = h("button", { id: "replay", type: "button", click: () => void replay() }, "Replay");

  function showPoint(at: number): void {
    scrub.show(at);
    for (const { id, card } of cards) {
      const result = results.get(id);
      if (result) card.show(result, at, eps);
    }
  }

  function stop(): void {
    control.abort();
    control = new AbortController();
  }

  async function attack(victim: Victim): Promise<void> {
    stop();
    results.clear();
    eps = victim.eps;
    for (const { card } of cards) card.wait(victim.image);
    const { signal } = control;
    const runs = DUELS.map(async ({ id, net, attack: name }) => {
      const result = await computer.call("attackImage", { ...victim, net, attack: name }, { signal });
      results.set(id, result);
      const last = Math.max(...[...results.values()].map((each) => pointsOf(each) - 1), 1);
      scrub.input.max = String(last);
      showPoint(last);
    });
    await Promise.all(runs).catch(noticeError);
  }

  async function replay(): Promise<void> {
    const { signal } = control;
    const last = Number(scrub.input.max);
    const start = performance.now();
    for (let share = calm() ? 1 : 0; share < 1 && !signal.aborted; share = (performance.now() - start) / REPLAY_MS) {
      showPoint(Math.round(share * last));
      await new Promise(requestAnimationFrame);
    }
    if (!signal.aborted) showPoint(last);
  }

  return {
    cards: h("div", { class: "duels" }, ...cards.map(({ card }) => card.element)),
    scrubber: h("div", { class: "field grow" }, scrub.element, replayButton),
    results,
    attack,
    stop,
  };
}
