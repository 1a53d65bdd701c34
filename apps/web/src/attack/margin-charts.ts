import type { Question } from "../compute/image-attack.ts";
import { chart, type Line } from "../ui/chart.ts";
import { h } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { DUEL_NAMES, type CardName } from "./duel-names.ts";
import { startsOf, type Start } from "./margins.ts";

/** How far each attack by gradients has got, drawn while it runs. */
export interface MarginCharts {
  readonly element: HTMLElement;
  /** The questions of an attack so far; none when it begins. */
  show(card: CardName, questions: readonly Question[]): void;
}

const CARDS = ["relu-pgd", "kwta-pgd", "kwta-gate", "own"] as const satisfies readonly CardName[];

/** @see {@link MarginCharts} */
export function openMarginCharts(): MarginCharts {
  const panels = CARDS.map((card) => {
    const holder = h("div", { class: "small-chart" });
    const { net, attack } = card === "own" ? { net: "k-WTA net", attack: "your choice" } : DUEL_NAMES[card];
    return {
      card,
      holder,
      element: h("figure", { id: `margins-${card}` }, h("h4", {}, net, " ", h("small", {}, attack)), holder),
    };
  });
  const starts = new Map<CardName, readonly Start[]>();
  let drawing = false;

  function draw(): void {
    drawing = false;
    const domain = domainOf([...starts.values()].flat());
    for (const { card, holder, element } of panels) {
      const own = starts.get(card) ?? [];
      // Other attacks follow no gradient.
      element.hidden = card === "own" && own.length === 0;
      holder.replaceChildren(marginChart(card, own, domain));
    }
  }

  draw();
  return {
    element: h(
      "div",
      { class: "margins" },
      h("h3", {}, "How far each attack gets"),
      h(
        "p",
        { class: "caption" },
        "The margin, against the gradients followed: how far the best wrong digit is above the right one. Above 0 the net is " +
          "broken, and the attack stops. Each start is a line of its own.",
      ),
      h("div", { class: "small-charts" }, ...panels.map(({ element }) => element)),
    ),
    show(card, questions) {
      starts.set(card, startsOf(questions));
      if (drawing) return;
      drawing = true;
      // Often enough to be seen to grow, and the nets need the processor too.
      setTimeout(draw, 100);
    },
  };
}

/** All of them at one scale; 0 is on it. */
function domainOf(starts: readonly Start[]): readonly [number, number] {
  const margins = starts.flat().map(([, margin]) => margin);
  const [low, high] = [Math.min(-1, ...margins), Math.max(1, ...margins)];
  const room = 0.05 * (high - low);
  return [low - room, high + room];
}

function marginChart(card: CardName, starts: readonly Start[], domain: readonly [number, number]): SVGSVGElement {
  const lines = starts.map((points, i): Line => {
    // One that has just begun is a point.
    return { style: card, name: `start ${i + 1}`, points, dots: points.length === 1 };
  });
  const last = Math.max(1, ...starts.flat().map(([gradients]) => gradients));
  const ends = starts.map((points) => points.at(-1)![0]);
  const best = Math.max(...starts.flat().map(([, margin]) => margin));
  const alt =
    starts.length === 0
      ? "Not attacked yet"
      : `${starts.length} ${starts.length === 1 ? "start" : "starts"}, ${ends.at(-1)} gradients; the largest margin is ${number(best, 2)}`;
  return chart(
    [ZERO(last), ...lines],
    { label: "gradients", domain: [0, last], ticks: [0, ...new Set(ends)].map((at) => [at, String(at)]) },
    { label: "margin", domain, ticks: ticksOf(domain) },
    alt,
    { width: 320, height: 230 },
  );
}

/** Where the net gives way. */
function ZERO(last: number): Line {
  return {
    style: "zero",
    name: "broken above",
    points: [
      [0, 0],
      [last, 0],
    ],
  };
}

function ticksOf([low, high]: readonly [number, number]): (readonly [number, string])[] {
  const step = 10 ** Math.floor(Math.log10((high - low) / 2));
  const every = (high - low) / step > 8 ? 5 * step : (high - low) / step > 4 ? 2 * step : step;
  const first = Math.ceil(low / every);
  return Array.from({ length: Math.floor(high / every) - first + 1 }, (_, i) => {
    const value = (first + i) * every;
    return [value, number(value, 2)];
  });
}
