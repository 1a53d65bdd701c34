import type { NetFile } from "../compute/nets.ts";
import { EPOCH_STEPS, trainedId } from "../compute/trained-net.ts";
import type { TrainNetEvent } from "../compute/train-net.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { chart, type Line } from "../ui/chart.ts";
import { h, setText } from "../ui/dom.ts";
import { number, percent } from "../ui/format.ts";
import { saveFile } from "../ui/save.ts";

const EPOCHS = 4;
const WIDTH = 8;
const FILE = "kwta-net.safetensors";

/** Trains a small net on the embedded digits. `use` puts it in the place of a net of the page. */
export function openTrainer(computer: Computer, use: (file: NetFile, what: string) => Promise<void>): HTMLElement {
  const activation = h("input", {
    id: "train-activation",
    type: "text",
    value: "kwta:0.2",
    size: 10,
    spellcheck: "false",
  });
  const said = h("p", { class: "numbers", id: "train-said", "aria-live": "polite" });
  const holder = h("div", { class: "small-chart train-chart" });
  const button = h("button", { id: "train", type: "button", click: press }, "Train");
  const useButton = h("button", { id: "train-use", type: "button", disabled: true, click: attack }, "Attack it");
  const saveButton = h("button", { id: "train-save", type: "button", disabled: true, click: save }, "Download");
  let control: AbortController | undefined;
  let steps: Extract<TrainNetEvent, { kind: "step" }>[] = [];
  let best: Extract<TrainNetEvent, { kind: "epoch" }> | undefined;
  let id = "";

  function press(): void {
    if (control) control.abort();
    else void run();
  }

  function attack(): void {
    void use(netFile(), "this page").catch(noticeError);
  }

  function save(): void {
    saveFile(FILE, new Blob([netFile().content]));
  }

  function netFile(): NetFile {
    return { name: FILE, content: new Uint8Array(best!.file) };
  }

  function onEvent(event: TrainNetEvent): void {
    if (event.kind === "step") steps.push(event);
    else best = event;
    draw();
  }

  function draw(): void {
    holder.replaceChildren(lossAndAccuracy(steps));
    const { step, loss, accuracy } = steps.at(-1) ?? { step: 0, loss: Number.NaN, accuracy: Number.NaN };
    const tested = best
      ? ` After epoch ${best.epoch}, ${percent(best.testAccuracy)} of the test images are right.`
      : "";
    const now =
      step === 0
        ? "drawing the digits …"
        : `step ${step} of ${EPOCHS * EPOCH_STEPS}: loss ${number(loss, 2)}, ${percent(accuracy)} of the batch right.`;
    setText(said, `${id}, ${now}${tested}`);
    useButton.disabled = saveButton.disabled = best === undefined;
  }

  async function run(): Promise<void> {
    const mine = new AbortController();
    const request = { activation: activation.value.trim(), width: WIDTH, epochs: EPOCHS, seed: 0 };
    control = mine;
    [steps, best, id] = [[], undefined, trainedId(request)];
    setText(button, "Stop");
    draw();
    try {
      await computer.call("trainNet", request, { signal: mine.signal, onEvent });
    } catch (error) {
      noticeError(error);
    } finally {
      control = undefined;
      setText(button, "Train again");
      const command = `Its file: kwta evaluate ${FILE} --net ${id} --dataset glyphs28 --eps 0.1`;
      if (best) setText(said, `${said.textContent} ${command}`);
      else setText(said, "Stopped before the end of an epoch: there is no net.");
    }
  }

  return h(
    "div",
    { class: "trainer" },
    h("h3", {}, "Or train one here"),
    h(
      "p",
      {},
      `A small-cnn of ${WIDTH} channels on 2,000 of the digits, ${EPOCHS} times. Stopped, it is the net of the last whole epoch.`,
    ),
    h("div", { class: "row" }, h("label", {}, "activation ", activation), button, useButton, saveButton),
    holder,
    said,
  );
}

function lossAndAccuracy(
  steps: readonly { readonly step: number; readonly loss: number; readonly accuracy: number }[],
): SVGSVGElement {
  const last = Math.max(EPOCH_STEPS, steps.length);
  const lines: Line[] = [
    { style: "relu", name: "loss", label: "loss", points: steps.map(({ step, loss }) => [step, Math.min(2.5, loss)]) },
    { style: "kwta", name: "accuracy", label: "right", points: steps.map(({ step, accuracy }) => [step, accuracy]) },
  ];
  const tick = (value: number): readonly [number, string] => [value, String(value)];
  return chart(
    lines,
    { label: "step", domain: [0, last], ticks: [0, last / 2, last].map(tick) },
    { label: "loss; share of the batch right", domain: [0, 2.5], ticks: [0, 1, 2].map(tick) },
    steps.length === 0
      ? "Not trained yet"
      : `Loss ${number(steps.at(-1)!.loss, 2)}, ${percent(steps.at(-1)!.accuracy)} right`,
    { width: 420, height: 220 },
  );
}
