import type { PageBackend } from "./compute/start-backend.ts";
import type { ComputerEvents } from "./computer.ts";
import { notice } from "./notice.ts";
import type { Store } from "./state.ts";
import { byId, h, setText } from "./ui/dom.ts";
import { count } from "./ui/format.ts";

const SLOW =
  "This browser offers neither a GPU nor WebAssembly to this page, so it computes in plain JavaScript: everything works, " +
  "many times slower. The badge above says why; a newer browser, or WebAssembly switched on again, makes it fast.";

/** The badge with the backend's name, and what is behind it. */
export interface BackendBadge {
  readonly events: ComputerEvents;
  /** The backend that runs, when there is one. */
  backend(): PageBackend | undefined;
}

/** @param choose starts another backend */
export function openBackendBadge(store: Store, choose: (backend: string) => void): BackendBadge {
  const badge = byId("backend-badge");
  const text = byId("backend-text");
  const details = byId("backend-details");
  const tensors = h("dd", { id: "tensors" }, "none");
  let backend: PageBackend | undefined;
  let choices = ["auto"];
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
    details.replaceChildren(chooser(store, choices, choose), list);
  };
  return {
    backend: () => backend,
    events: {
      onStart: () => show("starting", "starting the backend …", []),
      onRefused: (reason) => (refused = `${reason} The page goes on with the best one that works.`),
      onBackends: (names) => void (choices = ["auto", ...names]),
      onBackend(report) {
        backend = report;
        badge.dataset["backend"] = report.name;
        const { name, threads, selfCheck, device, version, notes, skipped, spec } = report;
        const workers = threads > 1 ? ` · ${threads} threads` : "";
        show("right", `${name}${workers} · self-check right`, [
          ["backend", `TensorFlow.js ${name} ${version}${device === undefined ? "" : `, ${device}`}`],
          ["threads", String(threads)],
          [
            "self-check",
            `${selfCheck.compared} tensors compared with numbers of double precision, all right; the worst differs by ${selfCheck.worst.toExponential(1)}`,
          ],
          ["tensors held", tensors],
          ["the same backend in an address", `backend=${spec}`],
          ...notes.map((note) => ["note", note] as const),
          ...skipped.map((other) => [`not ${other.name}`, other.reason] as const),
        ]);
        const failed = skipped.filter(({ reason }) => reason.startsWith("It stopped working"));
        const stopped = failed.map(
          (other) => `The backend ${other.name} stopped working; the page goes on with ${name}.`,
        );
        const slow = report.slow && store.get().backend === "auto" ? [SLOW] : [];
        const said = [...(refused === "" ? [] : [refused]), ...stopped.slice(-1), ...slow];
        if (said.length > 0) notice(said.join(" "));
        refused = "";
      },
      onFailure(reason) {
        backend = undefined;
        show("failed", "no backend", [["reason", reason]]);
        notice(reason);
      },
      onTensors: (held) => setText(tensors, count(held)),
    },
  };
}

function chooser(store: Store, choices: readonly string[], choose: (backend: string) => void): HTMLElement {
  const { backend } = store.get();
  const select = h(
    "select",
    {
      id: "backend-choice",
      change: () => {
        store.set({ backend: select.value });
        notice("");
        choose(select.value);
      },
    },
    ...[...new Set([...choices, backend])].map((name) =>
      h("option", { value: name, selected: name === backend }, name),
    ),
  );
  return h("label", { class: "field inline" }, "Compute with ", select);
}
