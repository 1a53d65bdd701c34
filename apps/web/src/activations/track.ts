import { h, setText } from "../ui/dom.ts";

/** Numbers go from -RANGE to RANGE. */
export const RANGE = 2;

/** A number on a line: to be dragged, or moved by keys. */
export interface Track {
  readonly element: HTMLElement;
  show(value: number): void;
  /** Whether it is among the winners. */
  win(wins: boolean): void;
}

/** How far each key moves the number. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 0.1,
  ArrowUp: 0.1,
  ArrowLeft: -0.1,
  ArrowDown: -0.1,
  PageUp: 0.5,
  PageDown: -0.5,
  Home: -2 * RANGE,
  End: 2 * RANGE,
};

/** @see {@link Track} */
export function openTrack(index: number, onMove: (value: number) => void): Track {
  let value = 0;
  const knob = h("div", {
    class: "knob",
    role: "slider",
    tabindex: 0,
    "aria-label": `Input ${index + 1}`,
    "aria-valuemin": -RANGE,
    "aria-valuemax": RANGE,
  });
  const line = h("div", { class: "track" }, h("div", { class: "rail", "aria-hidden": "true" }), knob);
  const move = (next: number): void => {
    const rounded = Math.round(10 * Math.max(-RANGE, Math.min(RANGE, next))) / 10;
    if (rounded !== value) onMove(rounded);
  };
  /** Anywhere on the line: the knob comes to the finger. */
  const follow = (event: PointerEvent): void => {
    const { left, width } = line.getBoundingClientRect();
    const half = knob.offsetWidth / 2;
    move(RANGE * ((2 * (event.clientX - left - half)) / (width - 2 * half) - 1));
  };
  line.addEventListener("pointerdown", (event) => {
    line.setPointerCapture(event.pointerId);
    knob.focus({ preventScroll: true });
    follow(event);
  });
  line.addEventListener("pointermove", (event) => {
    if (line.hasPointerCapture(event.pointerId)) follow(event);
  });
  knob.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(value + step);
  });
  return {
    element: line,
    show(next) {
      value = next;
      const text = next.toFixed(1).replace("-", "−");
      setText(knob, text);
      knob.setAttribute("aria-valuenow", String(next));
      line.style.setProperty("--at", String((next + RANGE) / (2 * RANGE)));
    },
    win(wins) {
      knob.classList.toggle("wins", wins);
      knob.setAttribute("aria-valuetext", `${value.toFixed(1)}, ${wins ? "wins" : "loses"}`);
    },
  };
}
