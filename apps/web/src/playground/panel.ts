import type { NetName, NetPicture, PlaygroundPicture, PlaygroundSettings } from "../compute/playground.ts";
import { makeProblem, PROBLEMS, type Problem, type ProblemName } from "../compute/problems.ts";
import type { Computer } from "../computer.ts";
import { notice, noticeError } from "../notice.ts";
import { RATES, type PageState, type Store } from "../state.ts";
import { whenShown } from "../tabs.ts";
import { calm, choice, slider } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { count, number, percent } from "../ui/format.ts";
import { curvePicture, describe } from "./curve-picture.ts";
import { drawHeatMap } from "./heat-map.ts";
import { lossChart } from "./loss-chart.ts";

/** Where a training that nobody asked for ends. */
const ENOUGH = 600;
/** Where each training ends. */
const LAST = 20_000;

const NAMES: Readonly<Record<NetName, string>> = { relu: "ReLU", kwta: "k-WTA" };
const PROBLEM_NAMES: Readonly<Record<ProblemName, string>> = {
  bump: "bump",
  sine: "sine",
  spirals: "spirals",
  circles: "circles",
  xor: "xor",
  gaussians: "Gaussians",
};

/** The first panel: two nets trained live. */
export function openPlaygroundPanel(store: Store, computer: Computer): void {
  const view = buildView(store, { toggle, once, reset });
  let settings = settingsOf(store.get());
  let problem = makeProblem(settings.problem, settings.seed);
  let picture: PlaygroundPicture | undefined;
  let playing = false;
  let goal = LAST;
  let control = new AbortController();

  function show(): void {
    view.show(problem, picture, playing, store.get());
  }

  /** Asks for a step and shows it when the next frame is drawn; so the page is never ahead of its pictures. */
  async function paint(step: number): Promise<boolean> {
    const { signal } = control;
    try {
      const next = await computer.call("playground", { settings, step }, { signal });
      await new Promise(requestAnimationFrame);
      if (signal.aborted) return false;
      picture = next;
      show();
      return true;
    } catch (error) {
      noticeError(error);
      return false;
    }
  }

  async function play(until: number): Promise<void> {
    [playing, goal] = [true, until];
    show();
    const { signal } = control;
    while (playing && !signal.aborted) {
      const at = picture?.step ?? 0;
      if (at >= goal || !(await paint(picture === undefined ? 0 : Math.min(goal, at + pace(at))))) break;
    }
    if (signal.aborted) return;
    playing = false;
    show();
  }

  function pause(): void {
    playing = false;
    control.abort();
    control = new AbortController();
    show();
  }

  function toggle(): void {
    if (playing) {
      pause();
      store.set({ step: picture?.step ?? 0 });
      return;
    }
    store.set({ step: -1 });
    void play((picture?.step ?? 0) < ENOUGH ? ENOUGH : LAST);
  }

  function once(): void {
    pause();
    const step = Math.min(LAST, (picture?.step ?? 0) + 1);
    store.set({ step });
    void paint(step);
  }

  function reset(): void {
    pause();
    picture = undefined;
    store.set({ step: 0 });
    void paint(0);
  }

  /** With the settings of the address, from the first step on. */
  function begin(): void {
    pause();
    picture = undefined;
    show();
    const { step } = store.get();
    if (step >= 0) void paint(step);
    else if (calm()) void paint(ENOUGH / 2);
    else void play(ENOUGH);
  }

  let shown = false;
  store.follow((state) => {
    const wanted = settingsOf(state);
    if (JSON.stringify(wanted) === JSON.stringify(settings)) return view.showControls(state);
    settings = wanted;
    notice("");
    problem = makeProblem(settings.problem, settings.seed);
    view.showControls(state);
    if (shown) begin();
    else picture = undefined;
  });
  whenShown(
    store,
    "playground",
    () => {
      shown = true;
      if (picture === undefined) begin();
      else show();
    },
    () => {
      shown = false;
      pause();
    },
  );
  document.addEventListener("themechange", show);
  addEventListener("resize", show);
}

/** Steps between two pictures: few while much changes. */
function pace(step: number): number {
  return step < 60 ? 1 : step < 300 ? 2 : 5;
}

function settingsOf({ problem, gamma, width, layers, rate, seed }: PageState): PlaygroundSettings {
  return { problem, gamma, width, hiddenLayers: layers, learningRate: rate, seed };
}

interface Actions {
  toggle(): void;
  once(): void;
  reset(): void;
}

interface View {
  showControls(state: PageState): void;
  show(problem: Problem, picture: PlaygroundPicture | undefined, playing: boolean, state: PageState): void;
}

function buildView(store: Store, { toggle, once, reset }: Actions): View {
  const fresh = (change: Partial<PageState>): void => store.set({ ...change, step: -1 });
  const play = h("button", { id: "play", class: "play", type: "button", click: toggle }, "Play");
  const step = h("output", { id: "step" }, "0");
  const problems = choice(
    "What the nets learn",
    PROBLEMS.map((name) => [name, PROBLEM_NAMES[name]] as const),
    (problem) => fresh({ problem, width: problem === "bump" || problem === "sine" ? 128 : 64, gamma: problem === "bump" || problem === "sine" ? 0.1 : 0.2 }),
  );
  const gamma = slider({ id: "gamma", label: "gamma: share of winners", min: 0.03, max: 0.6, step: 0.01, format: (value) => number(value, 2), onInput: (value) => fresh({ gamma: value }) });
  const width = slider({ id: "width", label: "units per layer", min: 32, max: 256, step: 32, format: String, onInput: (value) => fresh({ width: value }) });
  const rate = slider({ id: "rate", label: "learning rate", min: 0, max: RATES.length - 1, step: 1, format: (i) => String(RATES[i]), onInput: (i) => fresh({ rate: RATES[i]! }) });
  const layers = choice("Hidden layers", [[1, "1 layer"], [2, "2 layers"]] as const, (value) => fresh({ layers: value }));
  const seed = h("output", { id: "seed" });
  const hard = h("input", { id: "hard", type: "checkbox", change: () => document.dispatchEvent(new Event("themechange")) });
  const hardLabel = h("label", { class: "check", for: "hard" }, hard, " show the decision only");
  const frames = { relu: buildNet("relu"), kwta: buildNet("kwta") };
  const loss = h("div", { class: "loss" });
  byId("playground-figure").append(
    h("figure", { class: "playground" },
      h("div", { class: "toolbar" }, play,
        h("button", { id: "once", type: "button", click: once }, "Step"),
        h("button", { id: "reset", type: "button", click: reset }, "Reset"),
        h("span", { class: "count" }, "step ", step),
        problems.element),
      h("div", { class: "pair" }, frames.relu.element, frames.kwta.element),
      hardLabel,
      h("div", { class: "below" },
        h("div", { class: "controls" }, gamma.element, width.element, rate.element,
          h("div", { class: "row" }, layers.element,
            h("span", { class: "seed" }, "seed ", seed, h("button", { id: "next-seed", type: "button", "aria-label": "Next seed", click: () => fresh({ seed: store.get().seed + 1 }) }, "next")))),
        h("div", {}, loss, h("p", { class: "legend" }, h("span", { class: "key relu" }, "ReLU"), h("span", { class: "key kwta" }, "k-WTA"))))),
  );
  return {
    showControls(state) {
      problems.show(state.problem);
      gamma.show(state.gamma);
      width.show(state.width);
      rate.show(Math.max(0, RATES.findIndex((value) => value === state.rate)));
      layers.show(state.layers as 1 | 2);
      setText(seed, String(state.seed));
    },
    show(problem, picture, playing, state) {
      setText(play, playing ? "Pause" : "Play");
      play.setAttribute("aria-pressed", String(playing));
      setText(step, count(picture?.step ?? 0));
      hardLabel.hidden = problem.kind === "fit";
      for (const name of ["relu", "kwta"] as const) {
        frames[name].show(problem, picture?.nets[name], hard.checked, name === "kwta" ? `gamma ${number(state.gamma, 2)}` : "");
      }
      loss.replaceChildren(lossChart(picture));
    },
  };
}

function buildNet(name: NetName): {
  readonly element: HTMLElement;
  show(problem: Problem, net: NetPicture | undefined, hard: boolean, detail: string): void;
} {
  const canvas = h("canvas", { class: "picture", role: "img" });
  const holder = h("div", { class: "holder" });
  const numbers = h("p", { class: "numbers", id: `numbers-${name}` });
  const detailText = h("span", { class: "soft" });
  return {
    element: h("div", { class: `net-card ${name}` }, h("h3", {}, NAMES[name], " ", detailText), holder, numbers),
    show(problem, net, hard, detail) {
      setText(detailText, detail);
      if (problem.kind === "fit") holder.replaceChildren(curvePicture(problem, net, NAMES[name]));
      else {
        if (canvas.parentNode !== holder) holder.replaceChildren(canvas);
        drawHeatMap(canvas, problem, net, hard);
        canvas.setAttribute("aria-label", `${NAMES[name]}: ${net ? `${percent(net.accuracy)} of the points right` : "not trained yet"}`);
      }
      setText(numbers, net === undefined ? "…" : numbersOf(net, problem, NAMES[name]));
    },
  };
}

function numbersOf(net: NetPicture, { kind }: Problem, name: string): string {
  const loss = net.losses.at(-1)!;
  if (!Number.isFinite(loss)) return "The loss is no number any more: choose a smaller learning rate.";
  return `loss ${number(loss, 2)} · ${kind === "fit" ? describe(net, name) : `${percent(net.accuracy)} right`}`;
}
