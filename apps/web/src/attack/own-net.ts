import type { NetFile } from "../compute/nets.ts";
import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { h, setText } from "../ui/dom.ts";
import { count } from "../ui/format.ts";
import { openTrainer } from "./trainer.ts";

/** What the shipped nets are called. */
const SHIPPED: Readonly<Record<NetName, string>> = { relu: "ReLU net", kwta: "k-WTA net" };

/** Puts a file of the reader's in the place of one of the nets, and back. `onNet` is told what stands there now. */
export function openOwnNet(computer: Computer, onNet: (net: NetName, name: string) => void): HTMLElement {
  const net = h(
    "select",
    { id: "own-net" },
    h("option", { value: "kwta" }, "k-WTA net"),
    h("option", { value: "relu" }, "ReLU net"),
  );
  const activation = h("input", {
    id: "own-activation",
    type: "text",
    value: "kwta:0.1",
    size: 10,
    spellcheck: "false",
  });
  net.addEventListener("change", () => (activation.value = net.value === "relu" ? "relu" : "kwta:0.1"));
  const said = h("p", { class: "numbers", id: "own-said", "aria-live": "polite" });
  const load = async (files: readonly NetFile[], what: string): Promise<void> => {
    const name = net.value as NetName;
    const request = { net: name, files, activation: activation.value.trim() };
    const { model, parameters } = await computer.call("loadNet", request);
    setText(said, `${model}, ${count(parameters)} numbers, from ${what}.`);
    const [, slots] = model.split("@");
    onNet(name, slots === undefined ? "your net" : `your ${slots} net`);
  };
  const open = async (chosen: readonly File[]): Promise<void> => {
    const files = await Promise.all(
      chosen.map(async (each) => ({ name: each.name, content: new Uint8Array(await each.arrayBuffer()) })),
    );
    await load(files, chosen.length === 1 ? chosen[0]!.name : `${chosen.length} files`);
  };
  const back = async (): Promise<void> => {
    const name = net.value as NetName;
    await computer.call("shipNet", { net: name });
    setText(said, `The shipped ${SHIPPED[name]} is back.`);
    onNet(name, SHIPPED[name]);
  };
  const file = h("input", {
    id: "own-file",
    type: "file",
    class: "file",
    multiple: true,
    accept: ".safetensors,.pth,.json,.bin,.onnx",
    change: () => {
      const chosen = [...(file.files ?? [])];
      file.value = "";
      if (chosen.length > 0) void open(chosen).catch(noticeError);
    },
  });
  const backButton = h(
    "button",
    { id: "own-back", type: "button", click: () => void back().catch(noticeError) },
    "Shipped net",
  );
  return h(
    "details",
    { class: "own-net" },
    h("summary", {}, "Attack a net of your own"),
    h(
      "p",
      {},
      "A small-cnn of any width that you have trained: ",
      h("code", {}, "kwta models export RUN --out net.safetensors"),
      " writes the file, and its activation into it; of other files, say it here. Or a TensorFlow.js model of any layers for " +
        "images of 28 × 28 and ten classes: choose its model.json and its weight files together. ONNX files show no gradients " +
        "and need 14 MB of ONNX Runtime, so the command line attacks them: ",
      h("code", {}, "kwta evaluate net.onnx --dataset glyphs28 --eps 0.1 --attack square"),
      ".",
    ),
    h(
      "div",
      { class: "row" },
      h("label", {}, "in place of the ", net),
      h("label", {}, "activation ", activation),
      h("label", { class: "button", for: "own-file" }, file, "Open weights"),
      backButton,
    ),
    openTrainer(computer, (trained, what) => load([trained], what)),
    said,
  );
}
