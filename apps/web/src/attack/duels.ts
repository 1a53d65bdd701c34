import { DUELS, type Duel } from "../compute/duels.ts";
import type { ImageAttack, ImageRequest, Question } from "../compute/image-attack.ts";
import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { calm, slider } from "../ui/controls.ts";
import { h } from "../ui/dom.ts";
import { openDuelCard, pointsOf } from "./duel-card.ts";
import { CARD_NAMES, DUEL_NAMES, type CardName } from "./duel-names.ts";
import { questionsOf } from "./margins.ts";

/** What is attacked: all of a request but who attacks whom. */
export type Victim = Omit<ImageRequest, keyof Duel>;

/** The attacks on one image, side by side, and the slider over their points. */
export interface Duels {
  readonly cards: HTMLElement;
  readonly scrubber: HTMLElement;
  readonly results: ReadonlyMap<CardName, ImageAttack>;
  /**
   * Attacks; whatever was under way is stopped.
   *
   * @param own the attack that the reader chose
   * @returns whether all have come to an end
   */
  attack(victim: Victim, own: string): Promise<boolean>;
  /** The attack that the reader chose, alone. */
  attackOwn(victim: Victim, own: string): Promise<boolean>;
  /** Names a net as it is: by its activation, where it is not the shipped one. */
  nameNet(net: NetName, name: string): void;
  /** @param at a point of the attacks, or -1 for the last */
  showPoint(at: number): void;
}

/** How long a replay takes. */
const REPLAY_MS = 2000;

/** What the duels tell. */
interface DuelEvents {
  /** Which point is chosen; -1 for the last. */
  onPoint(at: number): void;
  /** What an attack has asked so far: nothing when it begins, and all when it has come to its end. */
  onQuestions(card: CardName, questions: readonly Question[]): void;
}

/** @see {@link Duels} */
export function openDuels(computer: Computer, { onPoint, onQuestions }: DuelEvents): Duels {
  const netNames = { relu: "ReLU net", kwta: "k-WTA net" };
  const cards = new Map(CARD_NAMES.map((id) => [id, openDuelCard(id)] as const));
  const results = new Map<CardName, ImageAttack>();
  let control = new AbortController();
  let ownControl = new AbortController();
  let [eps, at, ownAttack] = [0, -1, ""];
  const scrub = slider({
    id: "scrub",
    label: "point of the attacks",
    range: [0, 1, 1],
    format: (point) => (results.size === 0 ? "" : `${point} of ${scrub.input.max}`),
    onInput: (point) => onPoint(point === Number(scrub.input.max) ? -1 : point),
  });
  const replayButton = h("button", { id: "replay", type: "button", click: () => void replay() }, "Replay");

  function name(): void {
    for (const { id, net } of DUELS) cards.get(id)!.name(netNames[net], DUEL_NAMES[id].attack);
    cards.get("own")!.name(netNames.kwta, `your choice: ${ownAttack}`);
  }

  function showPoint(point: number): void {
    at = point;
    const last = Math.max(1, ...[...results.values()].map((each) => pointsOf(each) - 1));
    scrub.input.max = String(last);
    const shown = point < 0 ? last : Math.min(point, last);
    scrub.show(shown);
    for (const [id, result] of results) cards.get(id)!.show(result, shown, eps);
  }

  async function run(id: CardName, victim: Victim, duel: Duel, signal: AbortSignal): Promise<boolean> {
    results.delete(id);
    cards.get(id)!.wait(victim.image);
    const questions: Question[] = [];
    const onEvent = (question: Question): void => {
      questions.push(question);
      onQuestions(id, questions);
    };
    onQuestions(id, questions);
    try {
      const result = await computer.call("attackImage", { ...victim, ...duel }, { signal, onEvent });
      results.set(id, result);
      onQuestions(id, questionsOf(result));
      showPoint(at);
      return true;
    } catch (error) {
      // One that was stopped has made room for another one.
      if (!signal.aborted) {
        cards.get(id)!.fail();
        noticeError(error);
      }
      return false;
    }
  }

  async function attackOwn(victim: Victim, own: string): Promise<boolean> {
    ownControl.abort();
    ownControl = new AbortController();
    ownAttack = own;
    name();
    return run("own", victim, { net: "kwta", attack: own }, ownControl.signal);
  }

  async function attack(victim: Victim, own: string): Promise<boolean> {
    control.abort();
    control = new AbortController();
    eps = victim.eps;
    const { signal } = control;
    const runs = DUELS.map(({ id, net, attack: text }) => run(id, victim, { net, attack: text }, signal));
    return (await Promise.all([...runs, attackOwn(victim, own)])).every(Boolean);
  }

  async function replay(): Promise<void> {
    const { signal } = control;
    const last = Number(scrub.input.max);
    const start = performance.now();
    for (let share = calm() ? 1 : 0; share < 1 && !signal.aborted; share = (performance.now() - start) / REPLAY_MS) {
      showPoint(Math.round(share * last));
      await new Promise(requestAnimationFrame);
    }
    if (!signal.aborted) onPoint(-1);
  }

  name();
  return {
    cards: h("div", { class: "duels" }, ...[...cards.values()].map(({ element }) => element)),
    scrubber: h("div", { class: "field grow" }, scrub.element, replayButton),
    results,
    attack,
    attackOwn,
    nameNet(net, text) {
      netNames[net] = text;
      name();
    },
    showPoint,
  };
}
