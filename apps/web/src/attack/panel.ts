import { ATTACK_IMAGES } from "../compute/attacks.ts";
import type { PageBackend } from "../compute/start-backend.ts";
import { glyph } from "../compute/glyph.ts";
import type { Computer } from "../computer.ts";
import { notice } from "../notice.ts";
import { MOST_EPS, type Store } from "../state.ts";
import { whenShown } from "../tabs.ts";
import { calm, slider } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { openCurves } from "./curves.ts";
import { openDuels, type Duels } from "./duels.ts";
import { openImagePicker } from "./image-picker.ts";
import { openOwnNet } from "./own-net.ts";
import { saveAttacks } from "./save-attacks.ts";

/** The random numbers of the reader's own image go by this. */
const OWN_ID = 1_000_000;

const CAPTION =
  "Perturbation: blue pixels get lighter, orange ones darker. Bars: the net’s scores of the ten digits; blue is the " +
  "right one, orange what it is taken for.";

/** The third panel: two nets under attack. */
export function openAttack(store: Store, computer: Computer, backend: () => PageBackend | undefined): void {
  const duels = openDuels(computer);
  const slow = (): boolean => backend()?.slow === true;
  const curves = openCurves(computer, () => ({ seed: store.get().attackSeed, eps: store.get().eps, slow: slow() }));
  let own: Float32Array | undefined;
  let settled = "";
  const choose = (image: Float32Array | undefined): void => {
    own = image;
    attack();
  };
  const attack = (): void => {
    notice("");
    settled = keyOf(store);
    byId("attack").removeAttribute("data-attacked");
    const wanted = settled;
    void duels.attack(victimOf(store, own)).then(() => {
      if (wanted === settled) byId("attack").setAttribute("data-attacked", settled);
    });
  };
  const controls = buildControls(store, duels, { choose, own: () => own, backend });
  const ownNet = openOwnNet(computer, () => {
    attack();
    void curves.draw();
  });
  const caption = h("p", { class: "caption" }, CAPTION);
  byId("attack-figure").append(controls.picker, controls.row, duels.cards, caption, curves.element, ownNet);

  let shown = false;
  store.follow((state) => {
    controls.show(own === undefined ? state.image : -1);
    if (shown && settled !== keyOf(store)) attack();
  });
  const enter = (): void => {
    shown = true;
    if (!byId("attack").hasAttribute("data-attacked")) attack();
    // Where it takes minutes, or pictures had better keep still, the reader decides.
    if (!curves.begun && !slow() && !calm()) void curves.draw();
  };
  const leave = (): void => {
    shown = false;
    duels.stop();
    curves.stop();
  };
  whenShown(store, "attack", enter, leave);
}

/** What an attack depends on, of the address. */
function keyOf(store: Store): string {
  const { image, eps, attackSeed } = store.get();
  return JSON.stringify([image, eps, attackSeed]);
}

function victimOf(store: Store, own: Float32Array | undefined): Parameters<Duels["attack"]>[0] {
  const { image: id, eps, attackSeed: seed } = store.get();
  if (own) return { image: own, label: -1, id: OWN_ID, eps, seed };
  return { image: glyph(id), label: id % 10, id, eps, seed };
}

interface Controls {
  readonly picker: HTMLElement;
  readonly row: HTMLElement;
  /** @param image the embedded one that is attacked, or -1 */
  show(image: number): void;
}

interface ControlsOptions {
  /** An image of the reader's own, or back to the embedded one. */
  choose(own: Float32Array | undefined): void;
  own(): Float32Array | undefined;
  backend(): PageBackend | undefined;
}

function buildControls(store: Store, duels: Duels, { choose, own, backend }: ControlsOptions): Controls {
  const images = ATTACK_IMAGES.map((id) => ({ id, image: glyph(id) }));
  const chooseEmbedded = (id: number): void => {
    // The address may be the same as before a picture of one's own.
    store.set({ image: id });
    choose(undefined);
  };
  const picker = openImagePicker(images, chooseEmbedded, (image) => {
    choose(image);
    picker.show(-1);
  });
  const eps = slider({
    id: "eps",
    label: "eps: largest change of a pixel",
    range: [0.025, MOST_EPS, 0.025],
    format: (value) => number(value),
    onInput: (value) => store.set({ eps: value }),
  });
  const save = (): void => {
    const { image, eps: size, attackSeed: seed } = store.get();
    const settings = { image: own() ? -1 : image, eps: size, seed, backend: backend()?.spec ?? "none" };
    saveAttacks(settings, duels.results);
  };
  const seed = h("output", { id: "attack-seed" });
  const nextSeed = (): void => store.set({ attackSeed: store.get().attackSeed + 1 });
  const next = h("button", { type: "button", "aria-label": "Next seed", click: nextSeed }, "next");
  const saveButton = h("button", { id: "save", type: "button", click: save }, "Save as JSON");
  const last = h("span", { class: "seed" }, "seed ", seed, next, saveButton);
  return {
    picker: picker.element,
    row: h("div", { class: "controls wide" }, eps.element, duels.scrubber, last),
    show(image) {
      eps.show(store.get().eps);
      setText(seed, String(store.get().attackSeed));
      picker.show(image);
    },
  };
}
