import { LANDSCAPE } from "./landscape-size.ts";
import type { ImageAttack } from "../compute/image-attack.ts";
import type { Landscapes } from "../compute/landscape.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { whenNear } from "../sections.ts";
import type { Store } from "../state.ts";
import { colour } from "../theme.ts";
import { calm } from "../ui/controls.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { number } from "../ui/format.ts";
import { saverRow } from "../ui/save.ts";
import { victimOf } from "../attack/panel.ts";
import { drawSurface, frameOf, type Camera } from "./surface.ts";

/** How long k-WTA's surface takes to melt. */
const MELTING_MS = 900;

/** Figures 5 and 7: the loss of both nets around one image, at one scale, with the way that PGD took on the k-WTA net. */
export function openLandscapes(store: Store, computer: Computer): void {
  const names = { relu: "ReLU net", kwta: "k-WTA net" } as const;
  const canvases = { relu: canvasOf(names.relu), kwta: canvasOf(names.kwta) };
  const said = h("p", { class: "numbers", id: "landscapes-text", "aria-live": "polite" }, "…");
  const melt = h("input", { id: "melted", type: "checkbox", change: () => store.set({ melted: melt.checked }) });
  let found: Landscapes | undefined;
  let key = "";
  let near = false;
  let camera: Camera = { turn: 0.65, tilt: 0.75 };
  let melted = store.get().melted ? 1 : 0;
  let control = new AbortController();

  const figure = byId("landscapes-figure");
  figure.append(
    h(
      "div",
      { class: "pair" },
      ...(["relu", "kwta"] as const).map((net) =>
        h("div", { class: `net-card ${net}` }, h("h3", {}, names[net]), canvases[net]),
      ),
    ),
    h("label", { class: "check", for: "melted" }, melt, " melt k-WTA’s jumps: what the adaptive attack follows"),
    said,
    saverRow("landscapes", figure),
  );

  function draw(): void {
    if (!found) return;
    const { relu, kwta, melted: soft, path } = found;
    const kwtaNow = kwta.map((loss, i) => loss + melted * (soft[i]! - loss));
    const most = Math.max(...relu, ...kwta, ...soft, 1e-6);
    const { point } = store.get();
    const shown = point < 0 ? path.length / 2 : Math.min(path.length / 2, point + 1);
    const frame = frameOf(
      [relu, kwta, soft].map((losses) => losses.map((loss) => loss / most)),
      camera,
    );
    for (const [net, losses] of [
      ["relu", relu],
      ["kwta", kwtaNow],
    ] as const) {
      const heights = losses.map((loss) => loss / most);
      const scene = {
        heights,
        high: rgb(colour(net === "relu" ? "--relu" : "--accent")),
        low: rgb(colour("--line")),
        ink: colour("--bad"),
        path: Array.from({ length: shown }, (_, i) => onSurface(heights, path[2 * i]!, path[2 * i + 1]!)),
      };
      drawSurface(canvases[net], scene, camera, frame);
    }
  }

  /** What the landscapes depend on. */
  function wanted(): string {
    const { id, eps, seed } = victimOf(store.get());
    return JSON.stringify([store.get().own, id, eps, seed]);
  }

  async function compute(): Promise<void> {
    const { image, label, id, eps, seed } = victimOf(store.get());
    key = wanted();
    control.abort();
    control = new AbortController();
    const { signal } = control;
    found = undefined;
    setText(said, "computing 3 × 1,089 losses …");
    try {
      const request = { net: "kwta", attack: "pgd:steps=20,restarts=3", image, label, id, eps, seed } as const;
      const attack: ImageAttack = await computer.call("attackImage", request, { signal });
      const around = { image, label: attack.label, eps, points: attack.points, seed, side: LANDSCAPE };
      found = await computer.call("landscapes", around, { signal });
      setText(said, describe(found));
      draw();
    } catch (error) {
      if (signal.aborted) return;
      key = "";
      setText(said, "The landscapes could not be computed.");
      noticeError(error);
    }
  }

  function meltTo(goal: number): void {
    const [from, start] = [melted, performance.now()];
    const step = (): void => {
      const share = calm() ? 1 : Math.min(1, (performance.now() - start) / MELTING_MS);
      melted = from + share * (goal - from);
      draw();
      if (share < 1 && Number(store.get().melted) === goal) requestAnimationFrame(step);
    };
    step();
  }

  for (const canvas of Object.values(canvases)) {
    orbit(canvas, (turn, tilt) => {
      camera = { turn: camera.turn + turn, tilt: Math.max(0.25, Math.min(1.3, camera.tilt + tilt)) };
      draw();
    });
  }
  let [point, goal] = [store.get().point, Number(store.get().melted)];
  store.follow((state) => {
    melt.checked = state.melted;
    if (near && wanted() !== key) void compute();
    if (state.point !== point) draw();
    if (Number(state.melted) !== goal) meltTo((goal = Number(state.melted)));
    point = state.point;
  });
  whenNear(
    "landscapes",
    () => {
      near = true;
      if (wanted() !== key) void compute();
    },
    () => (near = false),
  );
  document.addEventListener("themechange", draw);
  addEventListener("resize", draw);
}

/** How rough both surfaces are: the mean step between neighbours, as a share of the range. */
function describe({ relu, kwta, melted }: Landscapes): string {
  const [a, b, c] = [roughness(relu), roughness(kwta), roughness(melted)].map((value) => number(value, 2));
  return `Mean bend of the loss from one point to the next: ReLU ${a}, k-WTA ${b}, k-WTA melted ${c}. Drag to turn both, or use the arrow keys.`;
}

/** The mean second difference along the rows: what no slope foretells. */
function roughness(losses: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let i = 1; i < losses.length - 1; i++) {
    if (i % LANDSCAPE === 0 || i % LANDSCAPE === LANDSCAPE - 1) continue;
    sum += Math.abs(losses[i - 1]! - 2 * losses[i]! + losses[i + 1]!);
    count++;
  }
  return sum / count;
}

function onSurface(heights: ArrayLike<number>, a: number, b: number): readonly [number, number, number] {
  const index = (value: number): number => Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * (LANDSCAPE - 1));
  return [a, b, heights[index(a) * LANDSCAPE + index(b)]! + 0.02];
}

function canvasOf(name: string): HTMLCanvasElement {
  return h("canvas", {
    class: "surface",
    tabindex: 0,
    role: "img",
    "aria-label": `The loss of the ${name} around the image, as a surface; the arrow keys turn it`,
  });
}

function orbit(canvas: HTMLCanvasElement, onTurn: (turn: number, tilt: number) => void): void {
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) onTurn(-event.movementX / 120, event.movementY / 200);
  });
  canvas.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (!turn) return;
    event.preventDefault();
    onTurn(...turn);
  });
}

const TURNS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0.1, 0],
  ArrowRight: [-0.1, 0],
  ArrowUp: [0, 0.08],
  ArrowDown: [0, -0.08],
};

/** `#rrggbb` as numbers. */
function rgb(hex: string): readonly number[] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
