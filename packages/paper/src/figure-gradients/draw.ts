import { epsText } from "@kwta/core";
import {
  chartRow,
  legendPanel,
  palette,
  panelLetter as letter,
  type LinePoint,
  type LineSeries,
  type Panels,
  type TableData,
} from "@kwta/viz";
import { rateOf } from "../shared/accuracies/data.ts";
import { rateCell } from "../shared/accuracies/lines.ts";
import { ATTACKS, standingAt, type AttackedNet, type AttackId, type AttackRun, type GradientsData } from "./data.ts";

/** A panel for each net, a line for each attack. */
export function draw(data: GradientsData): Panels {
  const { nets } = data;
  const most = Math.max(...nets.flatMap(({ attacks }) => attacks.map(({ passes }) => passes)));
  const ids = Object.keys(ATTACKS) as AttackId[];
  const shown = ids.filter((id) => nets.some(({ attacks }) => attacks.some((run) => run.id === id)));
  return {
    caption:
      "Accuracy over what an attack has asked of the net so far: forward and backward passes of an image that still stands. PGD and APGD " +
      "follow the net's own gradient, with restarts; the gate takes the same steps, but backward through a smooth stand-in of k-WTA; the " +
      "estimate and Square see scores alone. All are on the same images; bars at the ends are 95 % confidence intervals.",
    legend: legendPanel(shown.map((id) => lineOf(id, []))),
    rows: [
      chartRow(
        nets.map((net, i) => ({
          title: `${nets.length > 1 ? `${letter(i)} ` : ""}ε = ${epsText(net.eps)}`,
          subtitle: net.label,
          x: { label: "passes of an image (logarithmic)", log: true, domain: [1, most], format: "~s" },
          y: { label: "accuracy", percent: true, domain: topOf(nets) },
          series: net.attacks.map((run) => lineOf(run.id, curve(run, most))),
        })),
        320,
      ),
    ],
    width: nets.length > 2 ? 1080 : nets.length > 1 ? 960 : 560,
    tables: [endsTable(data)],
  };
}

function lineOf(id: AttackId, points: readonly LinePoint[]): LineSeries {
  const index = Object.keys(ATTACKS).indexOf(id);
  return { name: ATTACKS[id], points, color: palette[index]!, shape: SHAPES[id], dashed: DASHES[id] ?? false };
}

const SHAPES: Readonly<Record<AttackId, string>> = {
  pgd: "circle",
  gate: "triangle-up",
  apgd: "square",
  estimate: "diamond",
  square: "cross",
};

/** Attacks that see scores alone. */
const DASHES: Readonly<Partial<Record<AttackId, boolean>>> = { estimate: true, square: true };

/** Accuracy at places of equal ratios, as far as the attack goes; the last one with its interval. */
function curve(run: AttackRun, most: number): LinePoint[] {
  const end = Math.min(run.passes, most);
  const count = Math.max(2, Math.round(POINTS * (Math.log(end) / Math.log(most))));
  const places = Array.from({ length: count }, (_, i) => Math.round(end ** (i / (count - 1))));
  const at = (passes: number): number => rateOf(standingAt(run, passes)).value;
  const { value, low, high } = rateOf(standingAt(run));
  return [
    ...[...new Set(places)].filter((place) => place < end).map((place) => [place, at(place)] as const),
    [end, value, low, high],
  ];
}

const POINTS = 40;

/** From 0 to a round number above all lines. */
function topOf(nets: readonly AttackedNet[]): readonly [number, number] {
  const highest = Math.max(...nets.map(({ attacks }) => rateOf(standingAt(attacks[0]!, 0)).value));
  return [0, Math.min(1, Math.ceil(10 * highest + 0.5) / 10)];
}

function endsTable({ nets }: GradientsData): TableData {
  return {
    columns: ["network", "attack", "passes", "without attack", "left"],
    rows: nets.flatMap(({ label, eps, attacks }) =>
      attacks.map((run) => [
        `${label}, ε = ${epsText(eps)}`,
        ATTACKS[run.id],
        run.passes,
        rateCell(rateOf(standingAt(run, 0))),
        rateCell(rateOf(standingAt(run))),
      ]),
    ),
  };
}
