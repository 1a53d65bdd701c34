import { SIDE } from "../compute/side.ts";
import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { choice } from "../ui/controls.ts";
import { h, setText } from "../ui/dom.ts";
import { drawPixels } from "./pixels.ts";

/** You are the attacker: brush pixels lighter or darker, by at most eps, until a net takes the image for another. */
export interface Brush {
  readonly element: HTMLElement;
  /** Begins with this image, unchanged. */
  show(image: Float32Array, eps: number): void;
}

/** @see {@link Brush} */
export function openBrush(computer: Computer): Brush {
  const canvas = h("canvas", {
    id: "brush",
    class: "slate",
    width: SIDE,
    height: SIDE,
    tabindex: 0,
    role: "img",
    "aria-label": "The image, to be brushed: arrow keys move the brush, Space paints",
  });
  const verdict = h("p", { class: "numbers", id: "brush-verdict", "aria-live": "polite" });
  let image: Float32Array = new Float32Array(SIDE * SIDE);
  let changed: Float32Array = image.slice();
  let eps = 0;
  let at: [number, number] = [SIDE / 2, SIDE / 2];
  let clean: Readonly<Record<NetName, number>> | undefined;
  let direction = 1;
  let asking = false;
  let again = false;
  const sign = choice<number>(
    "Brush",
    [
      [1, "lighter"],
      [-1, "darker"],
    ],
    (value) => {
      direction = value;
      sign.show(value);
    },
  );
  sign.show(direction);
  const reset = h("button", { type: "button", click: () => start() }, "Start over");

  function start(): void {
    changed = image.slice();
    clean = undefined;
    drawPixels(canvas, changed);
    void ask();
  }

  /** A round brush of 2 pixels. */
  function paint(x: number, y: number): void {
    for (let i = 0; i < SIDE * SIDE; i++) {
      if (Math.hypot((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y) > 2) continue;
      changed[i] = Math.max(0, Math.min(1, image[i]! + direction * eps));
    }
    drawPixels(canvas, changed);
    void ask();
  }

  /** One question at a time; the last stroke counts. */
  async function ask(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const scores = await computer.call("scores", { image: changed.slice() });
      const now = { relu: best(scores.relu), kwta: best(scores.kwta) };
      clean ??= now;
      const from = clean;
      const said = (["relu", "kwta"] as const).map((net) => {
        const name = net === "relu" ? "ReLU net" : "k-WTA net";
        return now[net] === from[net] ? `${name}: still a ${now[net]}` : `${name}: broken, now a ${now[net]}`;
      });
      setText(verdict, `${said.join(" · ")}.`);
    } catch (error) {
      setText(verdict, "The nets could not be asked.");
      noticeError(error);
    }
    asking = false;
    if (again) {
      again = false;
      void ask();
    }
  }

  const follow = ({ offsetX, offsetY }: PointerEvent): void =>
    paint((offsetX * SIDE) / canvas.clientWidth, (offsetY * SIDE) / canvas.clientHeight);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) follow(event);
  });
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    if (move) at = [(at[0] + move[0] + SIDE) % SIDE, (at[1] + move[1] + SIDE) % SIDE];
    else paint(...at);
  });
  return {
    element: h(
      "div",
      { class: "slate-holder" },
      canvas,
      h(
        "div",
        {},
        h("h3", {}, "You are the attacker"),
        h("p", {}, "Brush pixels lighter or darker, each by at most eps. The nets say at once what they see."),
        h("div", { class: "row" }, sign.element, reset),
        verdict,
      ),
    ),
    show(next, size) {
      if (size === eps && next.every((value, i) => value === image[i])) return;
      [image, eps] = [next, size];
      start();
    },
  };
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-2, 0],
  ArrowRight: [2, 0],
  ArrowUp: [0, -2],
  ArrowDown: [0, 2],
};

function best(scores: Float32Array): number {
  return scores.indexOf(Math.max(...scores));
}
