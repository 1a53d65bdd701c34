import type { PlaygroundPicture } from "../compute/playground.ts";
import { chart, type Line } from "../ui/chart.ts";
import { number } from "../ui/format.ts";

/** The losses of both nets over the steps, on a logarithmic scale. */
export function lossChart(picture: PlaygroundPicture | undefined): SVGSVGElement {
  const lines: Line[] = (["relu", "kwta"] as const).map((name) => ({
    style: name,
    name,
    points: picture === undefined ? [] : thin(picture.nets[name].losses),
  }));
  const steps = Math.max(50, picture?.step ?? 0);
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const low = Math.floor(Math.min(-1, ...values));
  const every = Math.ceil((1 - low) / 6);
  const powers = Array.from({ length: 1 - low }, (_, i) => low + i).filter((power) => power % every === 0);
  const alt =
    picture === undefined
      ? "No loss yet"
      : `After ${picture.step} steps the loss of ReLU is ${number(picture.nets.relu.losses.at(-1)!)}, that of k-WTA ${number(picture.nets.kwta.losses.at(-1)!)}`;
  return chart(
    lines,
    { label: "step", domain: [0, steps], ticks: [0, steps / 2, steps].map((step) => [step, String(Math.round(step))]) },
    {
      label: "training loss",
      domain: [low, 0.3],
      ticks: powers.map((power) => [power, power === 0 ? "1" : number(10 ** power, 1).replace(/^1 · /, "")]),
    },
    alt,
    { height: 240 },
  );
}

/** At most some hundred points, as logarithms. */
function thin(losses: Float32Array): (readonly [number, number])[] {
  const every = Math.ceil(losses.length / 300);
  return Array.from(losses, (loss, step) => [step, Math.log10(loss)] as const).filter(
    ([step, loss]) => Number.isFinite(loss) && (step % every === 0 || step === losses.length - 1),
  );
}
