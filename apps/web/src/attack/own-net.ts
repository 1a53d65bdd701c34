import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { h, setText } from "../ui/dom.ts";
import { count } from "../ui/format.ts";

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
  const load = async (chosen: File): Promise<void> => {
    const name = net.value as NetName;
    const file = new Uint8Array(await chosen.arrayBuffer());
    const request = { net: name, source: JSON.stringify(chosen.name), file, activation: activation.value.trim() };
    const { model, parameters } = await computer.call("loadNet", request);
    setText(said, `${model} from ${chosen.name}: ${count(parameters)} numbers.`);
    onNet(name, `your ${model.split("@")[1]} net`);
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
    accept: ".safetensors,.pth",
    change: () => {
      const chosen = file.files?.[0];
      file.value = "";
      if (chosen) void load(chosen).catch(noticeError);
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
      " writes the file, and its activation into it; of other files, say it here.",
    ),
    h(
      "div",
      { class: "row" },
      h("label", {}, "in place of the ", net),
      h("label", {}, "activation ", activation),
      h("label", { class: "button", for: "own-file" }, file, "Open weights"),
      backButton,
    ),
    said,
  );
}
