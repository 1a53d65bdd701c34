import { h, setText } from "./dom.ts";

/** A slider with its name and value. */
export interface Slider {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  show(value: number): void;
}

/** @see {@link slider} */
interface SliderOptions {
  readonly id: string;
  readonly label: string;
  readonly range: readonly [min: number, max: number, step: number];
  readonly format: (value: number) => string;
  readonly onInput: (value: number) => void;
}

/** A slider; screen readers hear its value as it is written beside it. */
export function slider({ id, label, range: [min, max, step], format, onInput }: SliderOptions): Slider {
  const output = h("output", { for: id });
  const input = h("input", { id, type: "range", min, max, step, input: () => onInput(Number(input.value)) });
  return {
    element: h("div", { class: "field" }, h("label", { for: id }, label), output, input),
    input,
    show(value) {
      if (Number(input.value) !== value) input.value = String(value);
      input.style.setProperty("--filled", `${(100 * (value - min)) / (max - min)}%`);
      setText(output, format(value));
      input.setAttribute("aria-valuetext", format(value));
    },
  };
}

/** One of a few, as a row of buttons. */
export function choice<T extends string | number>(
  label: string,
  options: readonly (readonly [value: T, text: string])[],
  onChoose: (value: T) => void,
): { readonly element: HTMLElement; show(value: T): void } {
  const buttons = options.map(([value, text]) =>
    h("button", { type: "button", "data-value": value, "aria-pressed": "false", click: () => onChoose(value) }, text),
  );
  return {
    element: h("div", { class: "choice", role: "group", "aria-label": label }, ...buttons),
    show(value) {
      for (const button of buttons)
        button.setAttribute("aria-pressed", String(button.dataset["value"] === String(value)));
    },
  };
}

/** Whether the reader asked for pictures that keep still. */
export function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
