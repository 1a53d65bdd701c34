import type { PlaygroundPicture, PlaygroundSettings } from "../compute/playground.ts";
import { makeProblem, type Problem } from "../compute/problems.ts";
import type { Computer } from "../computer.ts";
import { notice } from "../notice.ts";
import type { PageState, Store } from "../state.ts";
import { whenNear } from "../sections.ts";
import { REACH } from "../compute/grid.ts";
import { calm, slider } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { saverRow } from "../ui/save.ts";
import { count, number } from "../ui/format.ts";
import { lossChart } from "./loss-chart.ts";
import { openNetCard } from "./net-card.ts";
import { openSettingsControls } from "./settings-controls.ts";
import { LAST, openTraining, type Training } from "./training.ts";

/** Where a training that nobody asked for ends: when there is little left to learn. */
const ENOUGH: Readonly<Record<Problem["kind"], number>> = { fit: 300, classify: 600 };

/** Figure 1: two nets trained live. */
export function openPlaygroundPanel(store: Store, computer: Computer): void {
  let settings = settingsOf(store.get());
  let problem = makeProblem(settings.problem, settings.seed);
  const show = (): void => view.show(problem, training.picture, training.playing, store.get());
  const training: Training = openTraining(computer, settings, () => show());
  const view = buildView(store, {
    toggle: () => toggle(store, training, ENOUGH[problem.kind]),
    once: () => goTo(store, training, (training.picture?.step ?? 0) + 1),
    reset: () => goTo(store, training, 0),
  });
  let shown = false;
  const begin = (): void => {
    training.begin(settings);
    const { step } = store.get();
    if (step >= 0) training.goTo(step);
    // Who wants pictures that keep still gets the one that matters.
    else if (calm()) training.goTo(ENOUGH[problem.kind]);
    else training.play(ENOUGH[problem.kind]);
  };
  store.follow((state) => {
    view.showControls(state);
    const wanted = settingsOf(state);
    if (JSON.stringify(wanted) === JSON.stringify(settings)) {
      if (shown) show();
      return;
    }
    settings = wanted;
    problem = makeProblem(settings.problem, settings.seed);
    notice("");
    if (shown) begin();
    else training.begin(settings);
  });
  const enter = (): void => {
    shown = true;
    if (training.picture === undefined) begin();
    else show();
  };
  const leave = (): void => {
    shown = false;
    training.pause();
  };
  whenNear("training", enter, leave);
  document.addEventListener("themechange", show);
  addEventListener("resize", show);
}

function toggle(store: Store, training: Training, enough: number): void {
  const step = training.picture?.step ?? 0;
  if (training.playing) training.pause();
  else training.play(step < enough ? enough : LAST);
  // An address with a step is a still.
  store.set({ step: training.playing ? -1 : step });
}

function goTo(store: Store, training: Training, step: number): void {
  store.set({ step });
  training.goTo(step);
}

function settingsOf({ problem, gamma, width, layers, rate, seed }: PageState): PlaygroundSettings {
  return { problem, gamma, width, hiddenLayers: layers, learningRate: rate, seed };
}

/** What the buttons do. */
interface Actions {
  toggle(): void;
  once(): void;
  reset(): void;
}

interface View {
  showControls(state: PageState): void;
  show(problem: Problem, picture: PlaygroundPicture | undefined, playing: boolean, state: PageState): void;
}

function buildView(store: Store, { toggle: onToggle, once, reset }: Actions): View {
  const play = h("button", { id: "play", class: "play", type: "button", click: onToggle }, "Play");
  const step = h("output", { id: "step" }, "0");
  const controls = openSettingsControls(store);
  const onProbe = (probe: number): void => store.set({ probe: Math.round(100 * probe) / 100 });
  const cards = { relu: openNetCard("relu", onProbe), kwta: openNetCard("kwta", onProbe) };
  const probe = slider({
    id: "probe",
    label: "where the attacker goes, from the nearest point",
    range: [-REACH, REACH, 0.01],
    format: (x) => number(x, 2),
    onInput: onProbe,
  });
  const hard = h("input", { id: "hard", type: "checkbox", change: () => store.set({ hard: hard.checked }) });
  const hardLabel = h("label", { class: "check", for: "hard" }, hard, " show the decision only");
  const loss = h("div", { class: "loss" });
  const onceButton = h("button", { id: "once", type: "button", click: once }, "Step");
  const resetButton = h("button", { id: "reset", type: "button", click: reset }, "Reset");
  const counter = h("span", { class: "count" }, "step ", step);
  const keys = [h("span", { class: "key relu" }, h("i"), "ReLU"), h("span", { class: "key kwta" }, h("i"), "k-WTA")];
  const figure = byId("training-figure");
  figure.append(
    h("div", { class: "toolbar" }, play, onceButton, resetButton, counter, controls.problems),
    h("div", { class: "pair" }, cards.relu.element, cards.kwta.element),
    probe.element,
    hardLabel,
    h("div", { class: "below" }, controls.element, h("div", {}, loss, h("p", { class: "legend" }, ...keys))),
    saverRow("training", figure),
  );
  return {
    showControls: (state) => controls.show(state),
    show(problem, picture, playing, { gamma, hard: decisions, probe: at }) {
      setText(play, playing ? "Pause" : "Play");
      play.setAttribute("aria-pressed", String(playing));
      setText(step, count(picture?.step ?? 0));
      hardLabel.hidden = problem.kind === "fit";
      probe.element.hidden = problem.kind !== "fit";
      hard.checked = decisions;
      probe.show(at);
      const view = { hard: decisions, probe: at };
      cards.relu.show(problem, picture?.nets.relu, { ...view, detail: "" });
      cards.kwta.show(problem, picture?.nets.kwta, { ...view, detail: `gamma ${number(gamma, 2)}` });
      loss.replaceChildren(lossChart(picture));
    },
  };
}
