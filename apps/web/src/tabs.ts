import { PANELS, type PanelName, type Store } from "./state.ts";
import { byId } from "./ui/dom.ts";

/** Shows one panel at a time: by mouse, arrow keys, address and back button. */
export function openTabs(store: Store): void {
  const tabs = PANELS.map((name) => byId(`tab-${name}`));
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => store.set({ panel: PANELS[i]! }));
    tab.addEventListener("keydown", ({ key }) => {
      const next = NEXT[key]?.(i);
      if (next === undefined) return;
      store.set({ panel: PANELS[next]! });
      tabs[next]!.focus();
    });
  }
  store.follow(({ panel }) => {
    for (const [i, name] of PANELS.entries()) {
      const selected = name === panel;
      byId(name).hidden = !selected;
      tabs[i]!.setAttribute("aria-selected", String(selected));
      tabs[i]!.tabIndex = selected ? 0 : -1;
    }
  });
}

const LAST = PANELS.length - 1;

const NEXT: Readonly<Record<string, (i: number) => number>> = {
  ArrowRight: (i) => (i === LAST ? 0 : i + 1),
  ArrowLeft: (i) => (i === 0 ? LAST : i - 1),
  Home: () => 0,
  End: () => LAST,
};

/** Calls `f` when a panel comes to be seen, and `leave` when it no longer is. */
export function whenShown(store: Store, panel: PanelName, f: () => void, leave: () => void): void {
  let shown = false;
  store.follow((state) => {
    const now = state.panel === panel;
    if (now === shown) return;
    shown = now;
    if (now) f();
    else leave();
  });
}
