import type { ActivationColumns } from "../compute/activations.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import type { Store } from "../state.ts";
import { whenNear } from "../sections.ts";
import { slider } from "../ui/controls.ts";
import { saverRow } from "../ui/save.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { barOf, winnersText, written } from "./winners-text.ts";
import { responseChart } from "./response-chart.ts";
import { openTrack, RANGE } from "./track.ts";

const COUNT = 6;

/** What stands over each column, and whether it leaves one number of two. */
const COLUMNS = [
  { key: "relu", name: "ReLU", rule: "what is above 0", pairs: false },
  { key: "maxPool", name: "Maxpool", rule: "the larger of two", pairs: true },
  { key: "lwta", name: "LWTA", rule: "of two, in its place", pairs: false },
  { key: "kwta", name: "k-WTA", rule: "the k largest", pairs: false },
] as const;

/** Figure 2 of the paper, with numbers that can be dragged, and the kink beside the gap. */
export function openActivations(store: Store, computer: Computer): void {
  /** The number that was moved last. */
  let chosen = 0;
  const set = (index: number, value: number): void => {
    chosen = index;
    store.set({ values: store.get().values.map((other, i) => (i === index ? value : other)) });
  };
  const tracks = Array.from({ length: COUNT }, (_, i) => openTrack(i, (value) => set(i, value)));
  const k = slider({
    id: "k",
    label: "k: winners",
    range: [1, COUNT, 1],
    format: String,
    onInput: (value) => store.set({ k: value }),
  });
  const cells = COLUMNS.map(({ pairs, key }) =>
    Array.from({ length: pairs ? COUNT / 2 : COUNT }, () => h("span", { class: `cell ${key}` })),
  );
  const bar = h("div", { class: "threshold", "aria-hidden": "true" }, h("span", {}, "k-WTA’s bar"));
  const zero = h("div", { class: "threshold zero", "aria-hidden": "true" }, h("span", {}, "ReLU’s bar"));
  const jump = h("div", { class: "response-chart" });
  const said = h("p", { id: "winners-text", class: "numbers", "aria-live": "polite" });
  const figure = byId("winners-figure");
  figure.append(
    h(
      "figure",
      { class: "activations" },
      h(
        "div",
        { class: "matrix" },
        h(
          "div",
          { class: "inputs" },
          h("h3", {}, "Input", h("small", {}, "drag me")),
          h("div", { class: "tracks" }, zero, bar, ...tracks.map(({ element }) => element)),
        ),
        ...COLUMNS.map(({ key, name, rule, pairs }, i) =>
          h(
            "div",
            { class: `column ${pairs ? "pairs" : ""}`, "data-column": key },
            h("h3", {}, name, h("small", {}, rule)),
            h("div", { class: "cells" }, ...cells[i]!),
          ),
        ),
      ),
      h("div", { class: "below-matrix" }, k.element, said),
      jump,
    ),
    saverRow("winners", figure),
  );

  let control = new AbortController();
  let shown = false;

  async function compute(): Promise<void> {
    control.abort();
    control = new AbortController();
    const { values, k: winners } = store.get();
    try {
      show(await computer.call("activations", { values, k: winners }, { signal: control.signal }));
    } catch (error) {
      noticeError(error);
    }
  }

  function show(columns: ActivationColumns): void {
    for (const [i, { key }] of COLUMNS.entries()) {
      for (const [j, cell] of cells[i]!.entries()) {
        const value = columns[key][j]!;
        setText(cell, written(value));
        cell.classList.toggle("off", value === 0);
      }
    }
    for (const [i, track] of tracks.entries()) track.win(columns.wins[i]!);
    for (const [i, cell] of cells[3]!.entries()) cell.classList.toggle("off", !columns.wins[i]);
    const { values, k: asked } = store.get();
    setText(said, winnersText(columns, asked));
    bar.style.setProperty("--at", String((barOf(columns) + RANGE) / (2 * RANGE)));
    jump.replaceChildren(responseChart(store.get().values, chosen, asked, values[chosen]!));
  }

  store.follow(({ values, k: winners }) => {
    k.show(winners);
    for (const [i, track] of tracks.entries()) track.show(values[i]!);
    if (shown) void compute();
  });
  whenNear(
    "winners",
    () => {
      shown = true;
      void compute();
    },
    () => (shown = false),
  );
}
