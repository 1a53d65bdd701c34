import { PROBLEMS, type ProblemName } from "../compute/problems.ts";
import { DEFAULTS, type PageState, type Store } from "../state.ts";
import { choice, slider } from "../ui/controls.ts";
import { h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";

const PROBLEM_NAMES: Readonly<Record<ProblemName, string>> = {
  bump: "bump",
  sine: "sine",
  spirals: "spirals",
  circles: "circles",
  xor: "xor",
  gaussians: "Gaussians",
};

/** Settings that show what there is to see. */
const FOR_CURVES = { width: DEFAULTS.width, gamma: DEFAULTS.gamma, rate: DEFAULTS.rate };
const FOR_CLASSES = { width: 64, gamma: 0.2, rate: 0.1 };
const CURVES: ReadonlySet<ProblemName> = new Set(["bump", "sine"]);

/** What the playground's nets learn, and how. Each change begins a new training. */
export interface SettingsControls {
  readonly problems: HTMLElement;
  readonly element: HTMLElement;
  show(state: PageState): void;
}

/** @see {@link SettingsControls} */
export function openSettingsControls(store: Store): SettingsControls {
  const begin = (change: Partial<PageState>): void => store.set({ ...change, step: -1 });
  const problems = choice(
    "What the nets learn",
    PROBLEMS.map((name) => [name, PROBLEM_NAMES[name]] as const),
    (problem) => begin({ problem, ...(CURVES.has(problem) ? FOR_CURVES : FOR_CLASSES) }),
  );
  const gamma = slider({
    id: "gamma",
    label: "gamma: share of winners",
    range: [0.03, 0.6, 0.01],
    format: (value) => number(value, 2),
    onInput: (value) => begin({ gamma: value }),
  });
  const width = slider({
    id: "width",
    label: "units per layer",
    range: [32, 256, 32],
    format: String,
    onInput: (value) => begin({ width: value }),
  });
  const rate = slider({
    id: "rate",
    label: "learning rate",
    // By its logarithm: from 0.001 to 1.
    range: [-3, 0, 0.1],
    format: (power) => number(10 ** power, 2),
    onInput: (power) => begin({ rate: Number((10 ** power).toPrecision(2)) }),
  });
  const layers = choice("Hidden layers", LAYERS, (value) => begin({ layers: value }));
  const seed = h("output", { id: "seed" });
  const nextSeed = (): void => begin({ seed: store.get().seed + 1 });
  const next = h("button", { id: "next-seed", type: "button", "aria-label": "Next seed", click: nextSeed }, "next");
  const last = h("div", { class: "row" }, layers.element, h("span", { class: "seed" }, "seed ", seed, next));
  return {
    problems: problems.element,
    element: h("div", { class: "controls" }, gamma.element, width.element, rate.element, last),
    show(state) {
      problems.show(state.problem);
      gamma.show(state.gamma);
      width.show(state.width);
      rate.show(Math.log10(state.rate));
      layers.show(state.layers);
      setText(seed, String(state.seed));
    },
  };
}

const LAYERS: readonly (readonly [value: number, text: string])[] = [
  [1, "1 layer"],
  [2, "2 layers"],
];
