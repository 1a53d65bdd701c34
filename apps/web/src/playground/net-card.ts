import type { NetName, NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { h, setText } from "../ui/dom.ts";
import { percent } from "../ui/format.ts";
import { curvePicture } from "./curve-picture.ts";
import { drawHeatMap } from "./heat-map.ts";
import { numbersOf } from "./numbers-of.ts";

const NAMES: Readonly<Record<NetName, string>> = { relu: "ReLU", kwta: "k-WTA" };

/** The picture of one net, with its name and numbers. */
export interface NetCard {
  readonly element: HTMLElement;
  /** @param hard whether to show decisions instead of how sure they are */
  show(problem: Problem, net: NetPicture | undefined, hard: boolean, detail: string): void;
}

/** @see {@link NetCard} */
export function openNetCard(id: NetName): NetCard {
  const name = NAMES[id];
  const canvas = h("canvas", { class: "picture", role: "img" });
  const holder = h("div", { class: "holder" });
  const numbers = h("p", { class: "numbers", id: `numbers-${id}` });
  const detailText = h("span", { class: "soft" });
  return {
    element: h("div", { class: `net-card ${id}` }, h("h3", {}, name, " ", detailText), holder, numbers),
    show(problem, net, hard, detail) {
      setText(detailText, detail);
      setText(numbers, net === undefined ? "…" : numbersOf(net, problem, name));
      if (problem.kind === "fit") {
        holder.replaceChildren(curvePicture(problem, net, name));
        return;
      }
      if (canvas.parentNode !== holder) holder.replaceChildren(canvas);
      drawHeatMap(canvas, problem, net, hard);
      const state = net ? `${percent(net.accuracy)} of the points right` : "not trained yet";
      canvas.setAttribute("aria-label", `${name}: ${state}`);
    },
  };
}
