import { ATTACK_IMAGES } from "../compute/duels.ts";
import { glyph } from "../compute/glyph.ts";
import type { PageBackend } from "../compute/start-backend.ts";
import type { Computer } from "../computer.ts";
import { notice } from "../notice.ts";
import { whenNear } from "../sections.ts";
import { MOST_EPS, type PageState, type Store } from "../state.ts";
import { slider } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { pictureSavers, saveText } from "../ui/save.ts";
import { openAttackForm } from "./attack-form.ts";
import { openBrush } from "./brush.ts";
import { openDuels, type Duels, type Victim } from "./duels.ts";
import { openImagePicker } from "./image-picker.ts";
import { openLogitCharts } from "./logit-charts.ts";
import { openMarginCharts } from "./margin-charts.ts";
import { openOwnNet } from "./own-net.ts";
import { packImage, unpackImage } from "./pack-image.ts";
import { openRace } from "./race-panel.ts";
import { attacksAsCsv, attacksAsJson } from "./save-attacks.ts";

/** The random numbers of the reader's own image go by this. */
const OWN_ID = 1_000_000;

const CAPTION =
  "Perturbation: blue pixels get lighter, orange ones darker. Bars: the net’s scores of the ten digits; blue is the " +
  "right one, orange what it is taken for.";

/** The attack lab: two nets under attack. */
export function openAttack(store: Store, computer: Computer, backend: () => PageBackend | undefined): void {
  const margins = openMarginCharts();
  const logits = openLogitCharts(store, computer);
  const duels = openDuels(computer, { onPoint: (point) => store.set({ point }), onQuestions: margins.show });
  const race = openRace(store, computer, () => backend()?.slow === true);
  const brush = openBrush(computer);
  const section = byId("attack");
  const picture = h("div", {});
  const controls = buildControls(store, duels, picture, backend);
  /** What the attacks on show depend on: none are run twice for the same. */
  let settled = "";
  let settledOwn = "";
  let near = false;

  const settle = (): void => {
    const state = store.get();
    const victim = victimOf(state);
    const [key, ownKey] = [keyOf(state), `${keyOf(state)} ${state.attack}`];
    controls.show(state);
    if (!near || ownKey === settledOwn) return;
    section.removeAttribute("data-attacked");
    controls.canSave(false);
    const all = key === settled ? duels.attackOwn(victim, state.attack) : duels.attack(victim, state.attack);
    if (key !== settled) brush.show(victim.image, victim.eps);
    [settled, settledOwn] = [key, ownKey];
    void all.then((whole) => {
      logits.show(duels.results);
      if (ownKey !== settledOwn || !whole) return;
      section.setAttribute("data-attacked", "");
      controls.canSave(true);
    });
  };
  const ownNet = openOwnNet(computer, (net, name) => {
    duels.nameNet(net, name);
    race.reset();
    settled = settledOwn = "";
    settle();
  });
  let raced = "";
  store.follow((state) => {
    settle();
    duels.showPoint(state.point);
    const heat = `${state.eps} ${state.attackSeed} ${state.images}`;
    if (raced !== "" && raced !== heat) race.reset();
    raced = heat;
  });
  picture.append(duels.cards, h("p", { class: "caption" }, CAPTION), margins.element, logits.element);
  byId("attack-figure").append(
    controls.picker,
    controls.row,
    openAttackForm(store, computer),
    picture,
    race.element,
    brush.element,
    ownNet,
  );
  whenNear("attack", () => {
    near = true;
    settle();
  });
}

/** What all attacks depend on, of the address. */
function keyOf({ image, own, eps, attackSeed }: PageState): string {
  return JSON.stringify([own === "" ? image : own, eps, attackSeed]);
}

/** The image that is attacked, and how far. */
export function victimOf({ image: id, own, eps, attackSeed: seed }: PageState): Victim {
  const image = unpackImage(own);
  return image ? { image, label: -1, id: OWN_ID, eps, seed } : { image: glyph(id), label: id % 10, id, eps, seed };
}

interface Controls {
  readonly picker: HTMLElement;
  readonly row: HTMLElement;
  show(state: PageState): void;
  /** Whether all attacks are there to be saved. */
  canSave(all: boolean): void;
}

function buildControls(
  store: Store,
  duels: Duels,
  picture: HTMLElement,
  backend: () => PageBackend | undefined,
): Controls {
  const images = ATTACK_IMAGES.map((id) => ({ id, image: glyph(id) }));
  const picker = openImagePicker(
    images,
    (id) => {
      notice("");
      store.set({ image: id, own: "", point: -1 });
    },
    (image) => {
      notice("");
      store.set({ own: packImage(image), point: -1 });
    },
  );
  const eps = slider({
    id: "eps",
    label: "eps: largest change of a pixel",
    range: [0.025, MOST_EPS, 0.025],
    format: (value) => number(value),
    onInput: (value) => store.set({ eps: value, point: -1 }),
  });
  const settings = (): Parameters<typeof attacksAsJson>[0] => {
    const { image, own, eps: size, attackSeed, attack } = store.get();
    const spec = backend()?.spec ?? "none";
    return { image: own === "" ? image : -1, eps: size, seed: attackSeed, own: attack, backend: spec };
  };
  const seed = h("output", { id: "attack-seed" });
  const nextSeed = (): void => store.set({ attackSeed: store.get().attackSeed + 1, point: -1 });
  const next = h("button", { type: "button", "aria-label": "Next seed", click: nextSeed }, "next");
  const saveJson = (): void =>
    saveText("kwta-attacks.json", "application/json", attacksAsJson(settings(), duels.results));
  const saveCsv = (): void => saveText("kwta-attacks.csv", "text/csv", attacksAsCsv(settings(), duels.results));
  const savers = [
    h("button", { id: "save", type: "button", disabled: true, click: saveJson }, "Save JSON"),
    h("button", { id: "save-csv", type: "button", disabled: true, click: saveCsv }, "CSV"),
  ];
  return {
    picker: picker.element,
    row: h(
      "div",
      { class: "controls wide" },
      eps.element,
      duels.scrubber,
      h("span", { class: "seed" }, "seed ", seed, next),
      h("span", { class: "savers" }, ...savers, ...pictureSavers("attacks", picture)),
    ),
    show(state) {
      eps.show(state.eps);
      setText(seed, String(state.attackSeed));
      picker.show(state.own === "" ? state.image : -1);
    },
    canSave(all) {
      for (const saver of savers) saver.disabled = !all;
    },
  };
}
