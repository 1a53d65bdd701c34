import { DUELS, type DuelName } from "../compute/duels.ts";
import type { Heat } from "../compute/race.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import type { Store } from "../state.ts";
import { slider } from "../ui/controls.ts";
import { h, setText } from "../ui/dom.ts";
import { count, percent } from "../ui/format.ts";
import { saverRow } from "../ui/save.ts";
import { DUEL_NAMES } from "./duel-names.ts";
import { findingOf, type Tally } from "./finding.ts";

/** The attacks on many images, drawn as it comes. */
export interface RacePanel {
  readonly element: HTMLElement;
  readonly tally: Tally;
  /** What it showed holds for other settings: forgets it. */
  reset(): void;
}

/** @param slow whether the backend takes seconds for what others do in milliseconds */
export function openRace(store: Store, computer: Computer, slow: () => boolean): RacePanel {
  let tally: Tally = {};
  let control: AbortController | undefined;
  const lanes = DUELS.map(({ id }) => openLane(id));
  const button = h("button", { id: "race", type: "button", click: press }, "Start the race");
  const said = h("p", { class: "numbers", id: "race-text", "aria-live": "polite" });
  const progress = h("span", { class: "soft", id: "race-progress" });
  const images = slider({
    id: "images",
    label: "images",
    range: [40, 1000, 20],
    format: String,
    onInput: (value) => store.set({ images: value }),
  });
  store.follow((state) => images.show(state.images));

  function press(): void {
    if (control) control.abort();
    else void run();
  }

  function show(): void {
    for (const lane of lanes) lane.show(tally);
    setText(said, findingOf(tally));
  }

  function add({ duel, standing }: Heat): void {
    tally = { ...tally, [duel]: standing };
    // All attacks have seen the same images then.
    if (duel === DUELS.at(-1)!.id) {
      setText(said, findingOf(tally));
      setText(progress, `${count(standing.n)} images`);
    }
    for (const lane of lanes) lane.show(tally);
  }

  async function run(): Promise<void> {
    const mine = new AbortController();
    control = mine;
    tally = {};
    show();
    setText(button, "Stop");
    setText(progress, "attacking …");
    const { attackSeed: seed, eps, images: total } = store.get();
    try {
      const request = { images: total, eps, seed, heat: slow() ? 2 : 20 };
      await computer.call("race", request, { signal: mine.signal, onEvent: add });
      setText(progress, `${count(total)} images, eps ${eps}, seed ${seed}`);
    } catch (error) {
      if (control === mine) setText(progress, `Stopped after ${count(tally["kwta-square"]?.n ?? 0)} images.`);
      noticeError(error);
    } finally {
      if (control === mine) {
        control = undefined;
        setText(button, "Start again");
      }
    }
  }

  const picture = h(
    "div",
    {},
    h("h3", {}, "The race: what still stands"),
    h("div", { class: "lanes" }, ...lanes.map(({ element }) => element)),
    said,
  );
  show();
  return {
    element: h(
      "div",
      { class: "race" },
      picture,
      h("div", { class: "controls wide" }, images.element, h("span", { class: "seed" }, button, progress)),
      saverRow("race", picture),
    ),
    get tally() {
      return tally;
    },
    reset() {
      control?.abort();
      control = undefined;
      tally = {};
      show();
      setText(button, "Start the race");
      setText(progress, "");
    },
  };
}

interface Lane {
  readonly element: HTMLElement;
  show(tally: Tally): void;
}

function openLane(id: DuelName): Lane {
  const { net, attack } = DUEL_NAMES[id];
  const bar = h("span", { class: `stands ${id}` });
  const whisker = h("span", { class: "whisker" });
  const number = h("span", { class: "lane-number" }, "–");
  return {
    element: h(
      "div",
      { class: "lane", id: `lane-${id}` },
      h("span", {}, net, " ", h("small", {}, attack)),
      h("span", { class: "lane-track", "aria-hidden": "true" }, bar, whisker),
      number,
    ),
    show(tally) {
      const known = tally[id];
      whisker.hidden = known === undefined;
      bar.style.width = `${100 * (known?.value ?? 0)}%`;
      setText(number, known ? `${known.count} of ${known.n}: ${percent(known.value)}` : "–");
      if (!known) return;
      whisker.style.left = `${100 * known.low}%`;
      whisker.style.width = `${100 * (known.high - known.low)}%`;
    },
  };
}
