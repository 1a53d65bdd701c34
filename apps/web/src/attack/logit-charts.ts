import type { ImageAttack } from "../compute/image-attack.ts";
import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import type { Store } from "../state.ts";
import { chart, type Line } from "../ui/chart.ts";
import { h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { CLASSES } from "./classes.ts";
import { CARD_NAMES, DUEL_NAMES, type CardName } from "./duel-names.ts";
import { SIDE } from "../compute/side.ts";

/** Figure 3: the logits of both nets, from the image to where an attack ended. */
export interface LogitCharts {
  readonly element: HTMLElement;
  /** Draws those of attacks that have come to their end; the others are waited for. */
  show(results: ReadonlyMap<CardName, ImageAttack>): void;
}

const OWN = "your choice";

/** What is shown of one net. */
interface Way {
  readonly lines: Float32Array;
  readonly label: number;
  /** The largest change of a pixel at the end. */
  readonly size: number;
}

/** @see {@link LogitCharts} */
export function openLogitCharts(store: Store, computer: Computer): LogitCharts {
  const panels = { relu: openPanel("relu", "ReLU net"), kwta: openPanel("kwta", "k-WTA net") };
  /** The attack whose way is shown or being computed, and the way when it is known. */
  const shown = { relu: none(), kwta: none() };
  const select = h(
    "select",
    { id: "towards", change: () => store.set({ towards: select.value as CardName }) },
    ...CARD_NAMES.filter((id) => id !== "relu-pgd").map((id) =>
      h("option", { value: id }, id === "own" ? OWN : DUEL_NAMES[id].attack),
    ),
  );

  function draw(): void {
    const all = [shown.relu, shown.kwta].flatMap(({ way }) => [...(way?.lines ?? [])]);
    const domain = [Math.min(...all), Math.max(...all)] as const;
    const { towards } = store.get();
    panels.relu.show(shown.relu.way, domain, DUEL_NAMES["relu-pgd"].attack);
    panels.kwta.show(shown.kwta.way, domain, towards === "own" ? OWN : DUEL_NAMES[towards].attack);
  }

  async function follow(net: NetName, attack: ImageAttack | undefined): Promise<void> {
    if (attack === shown[net].attack) return;
    shown[net].control.abort();
    const mine: Shown = { ...none(), attack };
    shown[net] = mine;
    draw();
    if (attack === undefined) return;
    const { points, label } = attack;
    const [from, to] = [points.slice(0, SIDE * SIDE), points.slice(-SIDE * SIDE)];
    try {
      const lines = await computer.call("logitLines", { net, from, to }, { signal: mine.control.signal });
      mine.way = { lines, label, size: Math.max(...from.map((pixel, i) => Math.abs(to[i]! - pixel))) };
      draw();
    } catch (error) {
      mine.attack = undefined;
      noticeError(error);
    }
  }

  let results: ReadonlyMap<CardName, ImageAttack> = new Map();
  const show = (): void => {
    void follow("relu", results.get("relu-pgd"));
    void follow("kwta", results.get(store.get().towards));
  };
  store.follow(({ towards }) => {
    if (select.value === towards) return;
    select.value = towards;
    show();
  });
  draw();
  return {
    element: h(
      "div",
      { class: "logit-lines" },
      h("h3", {}, "From the image to the adversarial one"),
      h(
        "p",
        { class: "caption" },
        "The logits of the ten digits on the straight way from the image to where an attack ended. Blue is the right digit, " +
          "orange what wins in the end.",
      ),
      h("label", { class: "check", for: "towards" }, "of the k-WTA net, towards the end of ", select),
      h("div", { class: "pair" }, panels.relu.element, panels.kwta.element),
    ),
    show(found) {
      results = found;
      show();
    },
  };
}

interface Shown {
  attack: ImageAttack | undefined;
  way: Way | undefined;
  readonly control: AbortController;
}

function none(): Shown {
  return { attack: undefined, way: undefined, control: new AbortController() };
}

interface Panel {
  readonly element: HTMLElement;
  show(way: Way | undefined, domain: readonly [number, number], attack: string): void;
}

function openPanel(net: NetName, name: string): Panel {
  const holder = h("div", { class: "small-chart" });
  const end = h("small", {});
  const said = h("p", { class: "numbers", id: `logit-lines-${net}` }, "…");
  return {
    element: h("div", { class: `net-card ${net}` }, h("h4", {}, name, " ", end), holder, said),
    show(way, domain, attack) {
      setText(end, attack);
      const text = way === undefined ? "…" : crossing(way);
      setText(said, text);
      holder.replaceChildren(
        way === undefined ? chart([], NO_WAY, NO_WAY, "Not known yet", SIZE) : lineChart(way, domain, text),
      );
    },
  };
}

const SIZE = { width: 460, height: 320 };
const NO_WAY = { label: "", domain: [0, 1], ticks: [] } as const;

function lineChart({ lines, label, size }: Way, [low, high]: readonly [number, number], alt: string): SVGSVGElement {
  const points = lines.length / CLASSES;
  const last = winner(lines, points - 1);
  const all = Array.from({ length: CLASSES }, (_, digit): Line => {
    const style = digit === label ? "truth" : digit === last ? "winner" : "other";
    const path = Array.from({ length: points }, (_unused, i) => {
      return [(size * i) / (points - 1), lines[CLASSES * i + digit]!] as const;
    });
    return { style, name: String(digit), points: path, label: String(digit) };
  });
  // Those that matter lie above the others.
  const order = ["other", "winner", "truth"];
  all.sort((a, b) => order.indexOf(a.style) - order.indexOf(b.style));
  const room = 0.04 * (high - low);
  return chart(
    all,
    {
      label: "size of the perturbation",
      domain: [0, Math.max(size, 1e-6)],
      ticks: [0, size / 2, size].map((at) => [at, number(at, 2)]),
    },
    {
      label: "logit",
      domain: [low - room, high + room],
      ticks: [low, 0, high].map((value) => [value, number(value, 2)]),
    },
    alt,
    SIZE,
  );
}

/** When another digit first wins, and how often the winner changes in all. */
function crossing({ lines, label, size }: Way): string {
  const points = lines.length / CLASSES;
  const winners = Array.from({ length: points }, (_, i) => winner(lines, i));
  const changes = winners.flatMap((digit, i) => (i > 0 && digit !== winners[i - 1] ? [i] : []));
  const [first] = changes;
  const jump = `The largest step of a logit from one of ${points} points to the next is ${number(largestStep(lines), 2)}.`;
  if (first === undefined) return `A ${winners[0]} all along; it is a ${label}. ${jump}`;
  const times = changes.length === 1 ? "changes once" : `changes ${changes.length} times`;
  return `The winner ${times}, first to a ${winners[first]} at ${number((size * first) / (points - 1), 2)}. ${jump}`;
}

function largestStep(lines: Float32Array): number {
  let most = 0;
  for (let i = CLASSES; i < lines.length; i++) most = Math.max(most, Math.abs(lines[i]! - lines[i - CLASSES]!));
  return most;
}

function winner(lines: Float32Array, at: number): number {
  const logits = lines.subarray(CLASSES * at, CLASSES * (at + 1));
  return logits.indexOf(Math.max(...logits));
}
