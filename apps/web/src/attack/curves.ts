import { DUELS, type DuelName } from "../compute/attacks.ts";
import type { CurvePoint } from "../compute/curve.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { h, setText } from "../ui/dom.ts";
import { accuracyChart, DUEL_NAMES, EPSILONS } from "./accuracy-chart.ts";

/** Accuracy over eps, drawn as it comes, with its button. */
export interface Curves {
  readonly element: HTMLElement;
  /** Whether there is anything to see yet. */
  readonly begun: boolean;
  draw(): Promise<void>;
  stop(): void;
}

/** What the curves depend on at the moment they are drawn. */
export interface CurvesSettings {
  readonly seed: number;
  /** The eps that the reader looks at. */
  readonly eps: number;
  /** Whether the backend takes seconds for what others do in milliseconds. */
  readonly slow: boolean;
}

/** Images that are attacked. */
const IMAGES = 40;

const TOTAL = EPSILONS.length * DUELS.length;

/** @see {@link Curves} */
export function openCurves(computer: Computer, settings: () => CurvesSettings): Curves {
  let points: CurvePoint[] = [];
  let control: AbortController | undefined;
  const plot = h("div", { id: "accuracy" }, accuracyChart(points));
  const button = h("button", { id: "curve", type: "button", click: press }, "Draw the curves");
  const said = h("p", { class: "numbers", id: "curve-text", "aria-live": "polite" });

  function press(): void {
    if (control) control.abort();
    else void draw();
  }

  function add(point: CurvePoint): void {
    points.push(point);
    plot.replaceChildren(accuracyChart(points));
    setText(said, `eps ${point.eps}: ${points.length} of ${TOTAL} points`);
  }

  async function draw(): Promise<void> {
    control?.abort();
    const mine = new AbortController();
    control = mine;
    points = [];
    plot.replaceChildren(accuracyChart(points));
    setText(button, "Stop");
    setText(said, "attacking …");
    const { seed, eps, slow } = settings();
    // A small batch can be stopped sooner.
    const request = { images: IMAGES, epsilons: EPSILONS, seed, batchSize: slow ? 2 : IMAGES };
    try {
      await computer.call("curve", request, { signal: mine.signal, onEvent: add });
      setText(said, finding(points, eps));
    } catch (error) {
      if (control === mine) setText(said, `Stopped after ${points.length} of ${TOTAL} points.`);
      noticeError(error);
    } finally {
      if (control === mine) {
        control = undefined;
        setText(button, "Draw again");
      }
    }
  }

  const keys = DUELS.map(({ id }) =>
    h("span", { class: `key ${id}` }, `${DUEL_NAMES[id].net}, ${DUEL_NAMES[id].attack}`),
  );
  const explained =
    "An image that an attack has not broken meets it again at the next eps. The bars are 95 % intervals.";
  return {
    element: h(
      "div",
      { class: "curves" },
      h("div", {}, h("h3", {}, `${IMAGES} images, one eps after another`), plot),
      h("div", {}, h("p", { class: "legend column" }, ...keys), h("p", { class: "soft" }, explained), button, said),
    ),
    get begun() {
      return points.length > 0 || control !== undefined;
    },
    draw,
    stop: () => control?.abort(),
  };
}

/** What the curves say, in a sentence, at the point nearest to an eps. */
function finding(points: readonly CurvePoint[], eps: number): string {
  const nearest = EPSILONS.slice(1).reduce((best, each) => (Math.abs(each - eps) < Math.abs(best - eps) ? each : best));
  const at = (duel: DuelName): string => {
    const found = points.find((point) => point.duel === duel && point.eps === nearest);
    return found ? `${found.accuracy.count} of ${found.accuracy.n}` : "none";
  };
  return (
    `At eps ${nearest}, PGD leaves ${at("relu-pgd")} images to the ReLU net and ${at("kwta-pgd")} to the k-WTA net; ` +
    `the gate leaves it ${at("kwta-gate")}.`
  );
}
