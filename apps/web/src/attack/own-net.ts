import type { NetName } from "../compute/playground.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import { h, setText } from "../ui/dom.ts";
import { count } from "../ui/format.ts";

/** Puts a file of the reader's in the place of one of the nets. `onLoaded` is told when one fits. */
export function openOwnNet(computer: Computer, onLoaded: (net: NetName) => void): HTMLElement {
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
    autocapitalize: "off",
  });
  net.addEventListener("change", () => (activation.value = net.value === "relu" ? "relu" : "kwta:0.1"));
  const said = h("p", { class: "numbers", "aria-live": "polite" });
  const load = async (chosen: File): Promise<void> => {
    const name = net.value as NetName;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const request = {
      net: name,
      source: JSON.stringify(chosen.name),
      file: bytes,
      activation: activation.value.trim(),
    };
    const { model, parameters } = await computer.call("loadNet", request);
    setText(said, `${model} from ${chosen.name}: ${count(parameters)} numbers.`);
    onLoaded(name);
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
  return h(
    "details",
    { class: "own-net" },
    h("summary", {}, "Attack a net of your own"),
    h(
      "p",
      {},
      "A small-cnn of any width that you have trained: ",
      h("code", {}, "kwta models export RUN --out net.safetensors"),
      " writes the file.",
    ),
    h(
      "div",
      { class: "row" },
      h("label", {}, "in place of the ", net),
      h("label", {}, "activation ", activation),
      h("label", { class: "button", for: "own-file" }, file, "Open weights"),
    ),
    said,
  );
}
