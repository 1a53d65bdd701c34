import type { Pieces } from "../compute/pieces.ts";
import { h } from "../ui/dom.ts";
import { pieceAt } from "./probe.ts";

/** The hidden units as small squares, the winners filled; the one under the pointer shows where it wins. */
export interface UnitsStrip {
  readonly element: HTMLElement;
  show(pieces: Pieces | undefined, at: number): void;
}

/** @see {@link UnitsStrip} */
export function openUnitsStrip(name: string, onUnit: (unit: number | undefined) => void): UnitsStrip {
  const element = h("div", { class: "units", role: "img", "aria-label": `${name}: not trained yet`, hidden: true });
  element.addEventListener("pointermove", ({ target }) => {
    const unit = (target as HTMLElement).dataset["unit"];
    onUnit(unit === undefined ? undefined : Number(unit));
  });
  element.addEventListener("pointerleave", () => onUnit(undefined));
  return {
    element,
    show(pieces, at) {
      element.hidden = pieces === undefined;
      if (!pieces) return;
      const all = pieces.won.length / pieces.left.length;
      const { index } = pieceAt(pieces, at);
      if (element.querySelectorAll("i").length !== all) element.replaceChildren(...rows(pieces.units));
      let winners = 0;
      for (const [unit, cell] of element.querySelectorAll("i").entries()) {
        const wins = pieces.won[index * all + unit] === 1;
        if (wins) winners++;
        cell.classList.toggle("wins", wins);
      }
      element.setAttribute("aria-label", `${name}: ${winners} of ${all} hidden units win here`);
    },
  };
}

function rows(units: readonly number[]): HTMLElement[] {
  let next = 0;
  return units.map((count) => h("div", {}, ...Array.from({ length: count }, () => h("i", { "data-unit": next++ }))));
}
