import type { NetName, NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { h, setText } from "../ui/dom.ts";
import { percent } from "../ui/format.ts";
import { curvePicture, inputAt } from "./curve-picture.ts";
import { drawHeatMap } from "./heat-map.ts";
import { describe, numbersOf, probeText } from "./numbers-of.ts";
import { openUnitsStrip } from "./units-strip.ts";

const NAMES: Readonly<Record<NetName, string>> = { relu: "ReLU", kwta: "k-WTA" };

/** How the pictures are looked at. */
interface NetView {
  /** Whether decisions are shown instead of how sure they are. */
  readonly hard: boolean;
  /** Where a curve is probed. */
  readonly probe: number;
  readonly detail: string;
}

/** The picture of one net, with its name and numbers. */
export interface NetCard {
  readonly element: HTMLElement;
  show(problem: Problem, net: NetPicture | undefined, view: NetView): void;
}

/** @param onProbe told where the pointer is above a curve */
export function openNetCard(id: NetName, onProbe: (x: number) => void): NetCard {
  const name = NAMES[id];
  const canvas = h("canvas", { class: "picture", role: "img" });
  const holder = h("div", { class: "holder" });
  const numbers = h("p", { class: "numbers", id: `numbers-${id}` });
  const probed = h("p", { class: "numbers", id: `probe-${id}` });
  const detailText = h("span", { class: "soft" });
  let unit: number | undefined;
  let again = (): void => {};
  const units = openUnitsStrip(name, (chosen) => {
    unit = chosen;
    again();
  });
  holder.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = holder.getBoundingClientRect();
    if (holder.querySelector("svg")) onProbe(inputAt((clientX - left) / width));
  });
  return {
    element: h(
      "div",
      { class: `net-card ${id}` },
      h("h3", {}, name, " ", detailText),
      holder,
      units.element,
      numbers,
      probed,
    ),
    show(problem, net, view) {
      again = () => this.show(problem, net, view);
      setText(detailText, view.detail);
      setText(numbers, net === undefined ? "…" : numbersOf(net, problem, name));
      setText(probed, net && problem.kind === "fit" ? probeText(net, problem, view.probe) : "");
      units.show(net?.pieces, view.probe);
      if (problem.kind === "fit") {
        const alt = net === undefined ? `${name}: not trained yet` : `${name}: ${describe(net, name)}`;
        holder.replaceChildren(curvePicture(problem, net?.pieces, { name, alt, at: view.probe, unit }));
        return;
      }
      if (canvas.parentNode !== holder) holder.replaceChildren(canvas);
      drawHeatMap(canvas, problem, net, view.hard);
      const state = net ? `${percent(net.accuracy)} of the points right` : "not trained yet";
      canvas.setAttribute("aria-label", `${name}: ${state}`);
    },
  };
}
