import { SIDE } from "../compute/side.ts";
import type { ImageAttack } from "../compute/image-attack.ts";
import { h, setText } from "../ui/dom.ts";
import { CLASSES } from "./classes.ts";
import { drawChange, drawPixels } from "./pixels.ts";

/** One net under one attack: three pictures, the net's scores, and what came of it. */
export interface DuelCard {
  readonly element: HTMLElement;
  /** Says which net is attacked, and by what. */
  name(net: string, attack: string): void;
  /** Nothing yet but the image. */
  wait(image: Float32Array): void;
  /** The attack has come to no end. */
  fail(): void;
  /** The attack's point `at`, or its last one. */
  show(attack: ImageAttack, at: number, eps: number): void;
}

/** How many points an attack asked the net about. */
export function pointsOf({ logits }: ImageAttack): number {
  return logits.length / CLASSES;
}

/** @see {@link DuelCard} */
export function openDuelCard(id: string): DuelCard {
  const canvases = ["original", "perturbation", "adversarial"].map((name) => ({
    name,
    canvas: h("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": name }),
  }));
  const bars = Array.from({ length: CLASSES }, (_, digit) => {
    const fill = h("span", { class: "fill" });
    return {
      row: h(
        "div",
        { class: "logit" },
        h("span", { class: "digit" }, String(digit)),
        h("span", { class: "bar" }, fill),
      ),
      fill,
    };
  });
  const scores = h(
    "div",
    { class: "logits", role: "img", "aria-label": "Scores of the classes: not known yet" },
    ...bars.map(({ row }) => row),
  );
  const title = h("h3", {});
  const verdict = h("p", { class: "verdict", "aria-live": "polite" }, "…");
  const element = h(
    "article",
    { class: "duel", id: `duel-${id}`, "data-duel": id },
    title,
    h(
      "div",
      { class: "triple" },
      ...canvases.map(({ name, canvas }) => h("figure", {}, canvas, h("figcaption", {}, name))),
    ),
    scores,
    verdict,
  );
  const [original, change, adversarial] = canvases.map(({ canvas }) => canvas) as [
    HTMLCanvasElement,
    HTMLCanvasElement,
    HTMLCanvasElement,
  ];
  return {
    element,
    wait(image) {
      drawPixels(original, image);
      drawChange(change, image, image, 1);
      drawPixels(adversarial, image);
      for (const { row, fill } of bars) {
        row.className = "logit";
        fill.style.cssText = "";
      }
      element.dataset["state"] = "waiting";
      setText(verdict, "attacking …");
    },
    name: (net, attack) => title.replaceChildren(net, h("small", {}, attack)),
    fail() {
      element.dataset["state"] = "failed";
      setText(verdict, "Not attacked: see the message below.");
    },
    show(result, at, eps) {
      const index = Math.min(at, pointsOf(result) - 1);
      const size = SIDE * SIDE;
      const image = result.points.subarray(0, size);
      const point = result.points.subarray(index * size, (index + 1) * size);
      const logits = result.logits.subarray(index * CLASSES, (index + 1) * CLASSES);
      drawPixels(original, image);
      drawChange(change, image, point, eps);
      drawPixels(adversarial, point);
      showLogits(logits, result.label);
      element.dataset["state"] = stateOf(result, index);
      setText(verdict, describe(result, index, logits));
    },
  };

  function showLogits(logits: Float32Array, label: number): void {
    const [low, high] = [Math.min(0, ...logits), Math.max(0, ...logits)];
    const best = argMax(logits);
    const at = (value: number): number => (100 * (value - low)) / (high - low);
    for (const [digit, { row, fill }] of bars.entries()) {
      const value = logits[digit]!;
      fill.style.left = `${at(Math.min(0, value))}%`;
      fill.style.width = `${Math.max(0.5, at(Math.max(0, value)) - at(Math.min(0, value)))}%`;
      row.className = `logit${digit === best ? " best" : ""}${digit === label ? " label" : ""}`;
      row.title = value.toFixed(2);
    }
    const spoken = Array.from(logits, (value, digit) => `${digit}: ${value.toFixed(1)}`).join(", ");
    scores.setAttribute("aria-label", `Scores of the classes: ${spoken}`);
  }
}

function stateOf(result: ImageAttack, index: number): "standing" | "broken" | "wrong" {
  if (result.cleanPredicted !== result.label) return "wrong";
  return result.success && index === pointsOf(result) - 1 ? "broken" : "standing";
}

function describe(result: ImageAttack, index: number, logits: Float32Array): string {
  const last = pointsOf(result) - 1;
  if (result.cleanPredicted !== result.label) return `Wrong without any attack: taken for a ${result.cleanPredicted}.`;
  if (index === 0 && last > 0) return `Unperturbed: a ${result.label}.`;
  if (index < last) return `Point ${index} of ${last}: a ${argMax(logits)}.`;
  const cost =
    result.gradients > 0
      ? counted(result.gradients, "gradient", "gradients")
      : counted(result.queries, "query", "queries");
  return result.success
    ? `Broken: taken for a ${result.predicted}, after ${cost}.`
    : `Holds: still a ${result.label}, after ${cost}.`;
}

function argMax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
