import type { EngineReport } from "./compute/engine.ts";
import type { ComputerEvents } from "./computer.ts";
import { notice } from "./notice.ts";
import type { Store } from "./state.ts";
import { byId, h, setText } from "./ui/dom.ts";
import { count } from "./ui/format.ts";

/** What engines can be asked for by hand. */
const CHOICES = ["auto", "webgpu", "webgl", "wasm", "cpu"] as const;

const SLOW =
  "This browser offers neither a GPU nor WebAssembly to this page, so it computes in plain JavaScript: everything works, " +
  "many times slower. The badge above says why; a newer browser, or WebAssembly switched on again, makes it fast.";

/** The badge with the engine's name, and what is behind it. */
export interface EngineBadge {
  readonly events: ComputerEvents;
  /** The engine that runs, when there is one. */
  engine(): EngineReport | undefined;
}

/** @param choose starts another engine */
export function openEngineBadge(store: Store, choose: (backend: string) => void): EngineBadge {
  const badge = byId("engine-badge");
  const text = byId("engine-text");
  const details = byId("engine-details");
  const tensors = h("dd", { id: "tensors" }, "none");
  let engine: EngineReport | undefined;
  let refused = "";
  badge.addEventListener("click", () => {
    details.hidden = !details.hidden;
    badge.setAttribute("aria-expanded", String(!details.hidden));
  });
  const show = (
    state: "starting" | "right" | "failed",
    words: string,
    facts: readonly (readonly [string, Node | string])[],
  ): void => {
    badge.dataset["state"] = state;
    setText(text, words);
    const list = h(
      "dl",
      {},
      ...facts.flatMap(([name, value]) => [
        h("dt", {}, name),
        value instanceof HTMLElement && value.tagName === "DD" ? value : h("dd", {}, value),
      ]),
    );
    details.replaceChildren(chooser(store, choose), list);
  };
  return {
    engine: () => engine,
    events: {
      onStart: () => show("starting", "starting the engine …", []),
      onRefused: (reason) => (refused = `${reason} The page goes on with the best one that works.`),
      onEngine(report) {
        engine = report;
        badge.dataset["engine"] = report.name;
        const { name, threads, selfCheck, device, version, notes, skipped, spec } = report;
        const workers = threads > 1 ? ` · ${threads} threads` : "";
        show("right", `${name}${workers} · self-check right`, [
          ["engine", `TensorFlow.js ${name} ${version}${device === undefined ? "" : `, ${device}`}`],
          ["threads", String(threads)],
          [
            "self-check",
            `${selfCheck.compared} tensors compared with numbers of double precision, all right; the worst differs by ${selfCheck.worst.toExponential(1)}`,
          ],
          ["tensors held", tensors],
          ["the same engine in an address", `engine=${spec}`],
          ...notes.map((note) => ["note", note] as const),
          ...skipped.map((other) => [`not ${other.name}`, other.reason] as const),
        ]);
        const failed = skipped.filter(({ reason }) => reason.startsWith("It stopped working"));
        const stopped = failed.map(
          (other) => `The engine ${other.name} stopped working; the page goes on with ${name}.`,
        );
        const slow = name === "cpu" && store.get().engine === "auto" ? [SLOW] : [];
        const said = [...(refused === "" ? [] : [refused]), ...stopped.slice(-1), ...slow];
        if (said.length > 0) notice(said.join(" "));
        refused = "";
      },
      onFailure(reason) {
        engine = undefined;
        show("failed", "no engine", [["reason", reason]]);
        notice(reason);
      },
      onTensors: (held) => setText(tensors, count(held)),
    },
  };
}

function chooser(store: Store, choose: (backend: string) => void): HTMLElement {
  const { engine } = store.get();
  const select = h(
    "select",
    {
      id: "engine-choice",
      change: () => {
        store.set({ engine: select.value });
        notice("");
        choose(select.value);
      },
    },
    ...[...new Set([...CHOICES, engine])].map((name) => h("option", { value: name, selected: name === engine }, name)),
  );
  return h("label", { class: "field inline" }, "Compute with ", select);
}
