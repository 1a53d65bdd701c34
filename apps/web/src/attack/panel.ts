import { ATTACK_IMAGES, DUELS, type DuelName } from "../compute/attacks.ts";
import type { CurvePoint } from "../compute/curve.ts";
import type { EngineReport } from "../compute/engine.ts";
import { glyph } from "../compute/glyph.ts";
import type { ImageAttack } from "../compute/image-attack.ts";
import type { Computer } from "../computer.ts";
import { notice, noticeError } from "../notice.ts";
import { MOST_EPS, type Store } from "../state.ts";
import { whenShown } from "../tabs.ts";
import { calm, slider } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { accuracyChart, DUEL_NAMES } from "./accuracy-chart.ts";
import { openDuelCard, pointsOf } from "./duel-card.ts";
import { openImagePicker } from "./image-picker.ts";
import { openOwnNet } from "./own-net.ts";

/** Images of the curve, and its points. */
const BATCH = 40;
const EPSILONS = [0, 0.05, 0.1, 0.15, 0.2];

/** The random numbers of one's own image go by this. */
const OWN_ID = 1_000_000;

/** The third panel: two nets under attack. */
export function openAttack(store: Store, computer: Computer, engine: () => EngineReport | undefined): void {
  const results = new Map<DuelName, ImageAttack>();
  let own: Float32Array | undefined;
  let points: CurvePoint[] = [];
  let imageControl = new AbortController();
  let curveControl: AbortController | undefined;
  let settled = "";

  const cards = DUELS.map(({ id }) => ({ id, card: openDuelCard(id, DUEL_NAMES[id].net, DUEL_NAMES[id].attack) }));
  const picker = openImagePicker(
    ATTACK_IMAGES.map((id) => ({ id, image: glyph(id) })),
    (id) => {
      own = undefined;
      store.set({ image: id });
      attack();
    },
    (image) => {
      own = image;
      picker.show(-1);
      attack();
    },
  );
  const eps = slider({ id: "eps", label: "eps: largest change of a pixel", min: 0.025, max: MOST_EPS, step: 0.025, format: (value) => number(value), onInput: (value) => store.set({ eps: value }) });
  const scrub = slider({ id: "scrub", label: "point of the attack", min: 0, max: 1, step: 1, format: () => scrubText(), onInput: showPoint });
  const replay = h("button", { id: "replay", type: "button", click: () => void play() }, "Replay");
  const seed = h("output", { id: "attack-seed" });
  const nextSeed = h("button", { type: "button", "aria-label": "Next seed", click: () => store.set({ attackSeed: store.get().attackSeed + 1 }) }, "next");
  const curveButton = h("button", { id: "curve", type: "button", click: () => (curveControl ? curveControl.abort() : void drawCurve()) }, "Draw the curves");
  const curveText = h("p", { class: "numbers", id: "curve-text", "aria-live": "polite" });
  const plot = h("div", { id: "accuracy" }, accuracyChart([]));
  byId("attack-figure").append(
    h("figure", { class: "attack" },
      picker.element,
      h("div", { class: "controls wide" }, eps.element, h("div", { class: "field grow" }, scrub.element, replay), h("span", { class: "seed" }, "seed ", seed, nextSeed)),
      h("div", { class: "duels" }, ...cards.map(({ card }) => card.element)),
      h("div", { class: "curves" },
        h("div", {}, h("h3", {}, `${BATCH} images, one eps after another`), plot),
        h("div", { class: "beside" },
          h("p", { class: "legend column" }, ...DUELS.map(({ id }) => h("span", { class: `key ${id}` }, `${DUEL_NAMES[id].net}, ${DUEL_NAMES[id].attack}`))),
          h("p", { class: "soft" }, "Each image that an attack has not broken yet meets it at the next eps. Bars are 95 % intervals."),
          curveButton, curveText)),
      openOwnNet(computer, () => {
        attack();
        void drawCurve();
      })),
  );

  function scrubText(): string {
    const last = Number(scrub.input.max);
    return results.size === 0 ? "" : `${scrub.input.value} of ${last}`;
  }

  function showPoint(at: number): void {
    scrub.show(at);
    for (const { id, card } of cards) {
      const result = results.get(id);
      if (result) card.show(result, at, store.get().eps);
    }
  }

  function attack(): void {
    notice("");
    imageControl.abort();
    imageControl = new AbortController();
    results.clear();
    const { image: id, eps: size, attackSeed, image: label } = store.get();
    settled = JSON.stringify([id, size, attackSeed]);
    const image = own ?? glyph(id);
    const asked = own ? { label: -1, id: OWN_ID } : { label: label % 10, id };
    for (const { card } of cards) card.wait(image);
    const { signal } = imageControl;
    const runs = DUELS.map(async ({ id: duel, net, attack: name }) => {
      const request = { net, attack: name, image, ...asked, eps: size, seed: attackSeed };
      results.set(duel, await computer.call("attackImage", request, { signal }));
      if (signal.aborted) return;
      const last = Math.max(...[...results.values()].map((result) => pointsOf(result) - 1), 1);
      scrub.input.max = String(last);
      showPoint(last);
    });
    void Promise.all(runs).then(() => byId("attack").setAttribute("data-attacked", settled)).catch(noticeError);
  }

  /** From the image to the last point, in two seconds. */
  async function play(): Promise<void> {
    const last = Number(scrub.input.max);
    const { signal } = imageControl;
    const start = performance.now();
    const pressed = (): number => Math.round((last * (performance.now() - start)) / 2000);
    for (let at = calm() ? last : 0; at < last && !signal.aborted; at = pressed()) {
      showPoint(at);
      await new Promise(requestAnimationFrame);
    }
    if (!signal.aborted) showPoint(last);
  }

  async function drawCurve(): Promise<void> {
    curveControl?.abort();
    const control = new AbortController();
    curveControl = control;
    points = [];
    plot.replaceChildren(accuracyChart(points));
    setText(curveButton, "Stop");
    setText(curveText, "attacking …");
    const request = { images: BATCH, epsilons: EPSILONS, seed: store.get().attackSeed, batchSize: engine()?.name === "cpu" ? 2 : BATCH };
    try {
      await computer.call("curve", request, { signal: control.signal, onEvent: addPoint });
      setText(curveText, finding(points, store.get().eps));
    } catch (error) {
      if (curveControl === control) setText(curveText, `Stopped after ${points.length} of ${EPSILONS.length * DUELS.length} points.`);
      noticeError(error);
    } finally {
      if (curveControl === control) {
        curveControl = undefined;
        setText(curveButton, "Draw again");
      }
    }
  }

  function addPoint(point: CurvePoint): void {
    points.push(point);
    plot.replaceChildren(accuracyChart(points));
    setText(curveText, `eps ${point.eps}: ${points.length} of ${EPSILONS.length * DUELS.length} points`);
  }

  let shown = false;
  store.follow((state) => {
    eps.show(state.eps);
    setText(seed, String(state.attackSeed));
    if (own === undefined) picker.show(state.image);
    if (shown && settled !== JSON.stringify([state.image, state.eps, state.attackSeed])) attack();
  });
  whenShown(
    store,
    "attack",
    () => {
      shown = true;
      if (results.size < DUELS.length) attack();
      // Where it takes minutes, the reader decides.
      if (points.length === 0 && engine()?.name !== "cpu") void drawCurve();
    },
    () => {
      shown = false;
      imageControl.abort();
      curveControl?.abort();
    },
  );
}

/** What the curves say, in a sentence, at the point nearest to the eps that the reader looks at. */
function finding(points: readonly CurvePoint[], eps: number): string {
  const nearest = EPSILONS.reduce((best, each) => (Math.abs(each - eps) < Math.abs(best - eps) ? each : best));
  const at = (duel: DuelName): string => {
    const found = points.find((point) => point.duel === duel && point.eps === nearest);
    return found ? `${found.accuracy.count} of ${found.accuracy.n}` : "?";
  };
  return `At eps ${nearest}, PGD leaves ${at("relu-pgd")} images to the ReLU net and ${at("kwta-pgd")} to the k-WTA net; the gate leaves it ${at("kwta-gate")}.`;
}
